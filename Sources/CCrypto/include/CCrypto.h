#pragma once

#include <stddef.h>
#include <stdint.h>

// The digest algorithms that SIP's authentication names (RFC 8760).
enum offhook_digest_algorithm {
  offhook_digest_md5 = 0,
  offhook_digest_sha256 = 1,
  offhook_digest_sha512_256 = 2,
};

// Hashes `length` bytes at `input` and writes the hash to `output`, which has room for `capacity` bytes.
// Returns the hash's length, or 0 when the library refuses the algorithm.
size_t offhook_digest(
    enum offhook_digest_algorithm algorithm, const uint8_t *input, size_t length, uint8_t *output, size_t capacity);

// Why a chain of certificates is not good.
enum offhook_certificate_fault {
  offhook_certificate_good = 0,
  offhook_certificate_unreadable = 1,
  offhook_certificate_wrong_key = 2,
  offhook_certificate_untrusted = 3,
  offhook_certificate_expired = 4,
  offhook_certificate_not_yet_valid = 5,
};

// What is taken from the signer's certificate. A length of 0 means that the part is not there.
struct offhook_certificate {
  uint8_t public_key[65];
  int64_t not_before;
  int64_t not_after;
  char subject[256];
  // Domains, each followed by a line feed.
  char domains[2048];
  // DER of the extensions 1.3.6.1.5.5.7.1.26, .27 (RFC 8226) and .33 (RFC 9118).
  size_t numbers_length;
  uint8_t numbers[4096];
  size_t constraints_length;
  uint8_t constraints[4096];
  size_t enhanced_length;
  uint8_t enhanced[4096];
  // The lists of numbers of those who certified it, one after the other, each with its length.
  size_t issuer_lengths[8];
  uint8_t issuer_numbers[4096];
};

// Reads the chain, PEM or one DER certificate, and follows it to one of the anchors, PEM, as of `time`, seconds since 1970.
enum offhook_certificate_fault offhook_certificate_examine(
    const uint8_t *chain, size_t chain_length, const uint8_t *anchors, size_t anchors_length, int64_t time,
    struct offhook_certificate *found);

// Whether the 64 bytes at `signature` are an ECDSA signature by that point of P-256 over the SHA-256 of `message`. 1 or 0.
int offhook_es256_verify(
    const uint8_t *public_key, const uint8_t *message, size_t length, const uint8_t *signature);

// The number that a private key of P-256 is, out of PEM. Writes 32 bytes and returns 1, or returns 0.
int offhook_es256_read_key(const uint8_t *text, size_t length, uint8_t *number);

// Signs with the nonce of RFC 6979. `number` is the private key, 32 bytes. Writes 64 bytes and returns 1, or returns 0.
int offhook_es256_sign(const uint8_t *number, const uint8_t *message, size_t length, uint8_t *signature);
