#include "CCrypto.h"

#include <openssl/evp.h>

size_t offhook_digest(
    enum offhook_digest_algorithm algorithm, const uint8_t *input, size_t length, uint8_t *output, size_t capacity) {
  const EVP_MD *md = NULL;
  switch (algorithm) {
    case offhook_digest_md5: md = EVP_md5(); break;
    case offhook_digest_sha256: md = EVP_sha256(); break;
    case offhook_digest_sha512_256: md = EVP_sha512_256(); break;
  }
  if (md == NULL || capacity < (size_t)EVP_MD_get_size(md)) return 0;
  unsigned int written = 0;
  // An empty array may come as a null pointer; EVP accepts that only with a length of 0.
  if (EVP_Digest(input, length, output, &written, md, NULL) != 1) return 0;
  return written;
}
