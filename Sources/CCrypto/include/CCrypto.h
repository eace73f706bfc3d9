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
