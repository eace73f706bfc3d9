// Single signatures are not offered by the newer interface of OpenSSL 3 with a nonce of our own choice.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "CCrypto.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { longest_chain = 8, most_anchors = 512 };

static const char number_list[] = "1.3.6.1.5.5.7.1.26";

static STACK_OF(X509) * read_certificates(const uint8_t *bytes, size_t length, int limit) {
  STACK_OF(X509) *list = sk_X509_new_null();
  if (list == NULL || bytes == NULL || length == 0 || length > (1u << 22)) return list;
  BIO *bio = BIO_new_mem_buf(bytes, (int)length);
  if (bio == NULL) return list;
  X509 *certificate;
  // No callback: an encrypted block must not ask for a password at the terminal.
  while (sk_X509_num(list) < limit && (certificate = PEM_read_bio_X509(bio, NULL, NULL, (void *)"")) != NULL) {
    if (sk_X509_push(list, certificate) == 0) X509_free(certificate);
  }
  if (sk_X509_num(list) == 0) {
    const unsigned char *place = bytes;
    certificate = d2i_X509(NULL, &place, (long)length);
    if (certificate != NULL && sk_X509_push(list, certificate) == 0) X509_free(certificate);
  }
  BIO_free(bio);
  return list;
}

static int64_t seconds(const ASN1_TIME *time) {
  ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
  int days = 0, rest = 0;
  int64_t result = 0;
  if (epoch != NULL && ASN1_TIME_diff(&days, &rest, epoch, time) == 1) result = (int64_t)days * 86400 + rest;
  ASN1_TIME_free(epoch);
  return result;
}

static size_t copy_extension(X509 *certificate, const char *name, uint8_t *room, size_t capacity) {
  ASN1_OBJECT *object = OBJ_txt2obj(name, 1);
  if (object == NULL) return 0;
  int place = X509_get_ext_by_OBJ(certificate, object, -1);
  ASN1_OBJECT_free(object);
  if (place < 0) return 0;
  const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(X509_get_ext(certificate, place));
  int length = ASN1_STRING_length(value);
  if (length <= 0 || (size_t)length > capacity) return 0;
  memcpy(room, ASN1_STRING_get0_data(value), (size_t)length);
  return (size_t)length;
}

// The lists of telephone numbers above the signer's own: nobody can give away more than he has. 0 when one is too long to look at.
static int copy_issuers(STACK_OF(X509) *chain, struct offhook_certificate *found) {
  size_t used = 0;
  int lists = 0;
  for (int index = 1; index < sk_X509_num(chain); index++) {
    X509 *issuer = sk_X509_value(chain, index);
    size_t room = sizeof found->issuer_numbers - used;
    size_t length = copy_extension(issuer, number_list, found->issuer_numbers + used, room);
    if (length == 0) {
      ASN1_OBJECT *object = OBJ_txt2obj(number_list, 1);
      int place = object == NULL ? 0 : X509_get_ext_by_OBJ(issuer, object, -1);
      ASN1_OBJECT_free(object);
      if (place >= 0) return 0;
      continue;
    }
    if (lists == longest_chain) return 0;
    found->issuer_lengths[lists++] = length;
    used += length;
  }
  return 1;
}

static void copy_subject(X509 *certificate, char *room, int capacity) {
  X509_NAME *name = X509_get_subject_name(certificate);
  room[0] = 0;
  if (X509_NAME_get_text_by_NID(name, NID_organizationName, room, capacity) <= 0) {
    X509_NAME_get_text_by_NID(name, NID_commonName, room, capacity);
  }
  room[capacity - 1] = 0;
}

// RFC 5922 section 7.1: sip URIs of subjectAltName, else its DNS names.
static void copy_domains(X509 *certificate, char *room, size_t capacity) {
  room[0] = 0;
  GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
  if (names == NULL) return;
  size_t used = 0;
  for (int pass = 0; pass < 2 && used == 0; pass++) {
    for (int index = 0; index < sk_GENERAL_NAME_num(names); index++) {
      const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
      const ASN1_STRING *text;
      if (pass == 0 && name->type == GEN_URI) {
        text = name->d.uniformResourceIdentifier;
      } else if (pass == 1 && name->type == GEN_DNS) {
        text = name->d.dNSName;
      } else {
        continue;
      }
      const char *bytes = (const char *)ASN1_STRING_get0_data(text);
      size_t length = (size_t)ASN1_STRING_length(text);
      if (pass == 0) {
        if (length <= 4 || memcmp(bytes, "sip:", 4) != 0 || memchr(bytes, '@', length) != NULL) continue;
        bytes += 4;
        length -= 4;
      }
      // A name with a zero or a line end in it is made to deceive.
      if (memchr(bytes, 0, length) != NULL || memchr(bytes, '\n', length) != NULL || used + length + 2 > capacity) continue;
      memcpy(room + used, bytes, length);
      used += length;
      room[used++] = '\n';
      room[used] = 0;
    }
  }
  GENERAL_NAMES_free(names);
}

static int copy_key(X509 *certificate, uint8_t *room) {
  EVP_PKEY *key = X509_get0_pubkey(certificate);
  if (key == NULL || EVP_PKEY_base_id(key) != EVP_PKEY_EC) return 0;
  const EC_KEY *ec = EVP_PKEY_get0_EC_KEY(key);
  if (ec == NULL || EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)) != NID_X9_62_prime256v1) return 0;
  return EC_POINT_point2oct(
             EC_KEY_get0_group(ec), EC_KEY_get0_public_key(ec), POINT_CONVERSION_UNCOMPRESSED, room, 65, NULL) == 65;
}

enum offhook_certificate_fault offhook_certificate_examine(
    const uint8_t *chain, size_t chain_length, const uint8_t *anchors, size_t anchors_length, int64_t time,
    struct offhook_certificate *found) {
  memset(found, 0, sizeof *found);
  enum offhook_certificate_fault fault = offhook_certificate_unreadable;
  STACK_OF(X509) *list = read_certificates(chain, chain_length, longest_chain);
  STACK_OF(X509) *trusted = read_certificates(anchors, anchors_length, most_anchors);
  X509_STORE *store = X509_STORE_new();
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  if (list != NULL && trusted != NULL && store != NULL && context != NULL && sk_X509_num(list) > 0) {
    X509 *signer = sk_X509_value(list, 0);
    for (int index = 0; index < sk_X509_num(trusted); index++) X509_STORE_add_cert(store, sk_X509_value(trusted, index));
    found->not_before = seconds(X509_get0_notBefore(signer));
    found->not_after = seconds(X509_get0_notAfter(signer));
    copy_subject(signer, found->subject, sizeof found->subject);
    copy_domains(signer, found->domains, sizeof found->domains);
    found->numbers_length = copy_extension(signer, number_list, found->numbers, sizeof found->numbers);
    found->constraints_length = copy_extension(signer, "1.3.6.1.5.5.7.1.27", found->constraints, sizeof found->constraints);
    found->enhanced_length = copy_extension(signer, "1.3.6.1.5.5.7.1.33", found->enhanced, sizeof found->enhanced);
    if (!copy_key(signer, found->public_key)) {
      fault = offhook_certificate_wrong_key;
    } else if (X509_STORE_CTX_init(context, store, signer, list) == 1) {
      X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
      X509_VERIFY_PARAM_set_time(parameters, (time_t)time);
      X509_VERIFY_PARAM_set_depth(parameters, longest_chain);
      if (X509_verify_cert(context) == 1) {
        fault = copy_issuers(X509_STORE_CTX_get0_chain(context), found) ? offhook_certificate_good : offhook_certificate_unreadable;
      } else {
        switch (X509_STORE_CTX_get_error(context)) {
          case X509_V_ERR_CERT_HAS_EXPIRED: fault = offhook_certificate_expired; break;
          case X509_V_ERR_CERT_NOT_YET_VALID: fault = offhook_certificate_not_yet_valid; break;
          default: fault = offhook_certificate_untrusted; break;
        }
      }
    }
  }
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  sk_X509_pop_free(list, X509_free);
  sk_X509_pop_free(trusted, X509_free);
  return fault;
}

int offhook_es256_verify(const uint8_t *public_key, const uint8_t *message, size_t length, const uint8_t *signature) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  int result = 0;
  EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
  ECDSA_SIG *pair = ECDSA_SIG_new();
  BIGNUM *r = BN_bin2bn(signature, 32, NULL);
  BIGNUM *s = BN_bin2bn(signature + 32, 32, NULL);
  if (key != NULL && pair != NULL && r != NULL && s != NULL && EC_KEY_oct2key(key, public_key, 65, NULL) == 1 &&
      ECDSA_SIG_set0(pair, r, s) == 1) {
    r = NULL;
    s = NULL;
    SHA256(message, length, digest);
    result = ECDSA_do_verify(digest, sizeof digest, pair, key) == 1;
  }
  BN_free(r);
  BN_free(s);
  ECDSA_SIG_free(pair);
  EC_KEY_free(key);
  return result;
}

static void hmac(const uint8_t *key, const uint8_t *first, size_t length, const int *mark, const uint8_t *x, const uint8_t *h,
                 uint8_t *output) {
  uint8_t buffer[32 + 1 + 32 + 32];
  size_t used = 0;
  memcpy(buffer, first, length);
  used = length;
  if (mark != NULL) {
    buffer[used++] = (uint8_t)*mark;
    if (x != NULL) {
      memcpy(buffer + used, x, 32);
      memcpy(buffer + used + 32, h, 32);
      used += 64;
    }
  }
  unsigned int written = 32;
  HMAC(EVP_sha256(), key, 32, buffer, used, output, &written);
  OPENSSL_cleanse(buffer, sizeof buffer);
}

int offhook_es256_read_key(const uint8_t *text, size_t length, uint8_t *number) {
  if (text == NULL || length == 0 || length > 65536) return 0;
  int result = 0;
  BIO *bio = BIO_new_mem_buf(text, (int)length);
  EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)"");
  const EC_KEY *ec = key != NULL && EVP_PKEY_base_id(key) == EVP_PKEY_EC ? EVP_PKEY_get0_EC_KEY(key) : NULL;
  const EC_GROUP *group = ec == NULL ? NULL : EC_KEY_get0_group(ec);
  if (group != NULL && EC_GROUP_get_curve_name(group) == NID_X9_62_prime256v1) {
    result = BN_bn2binpad(EC_KEY_get0_private_key(ec), number, 32) == 32;
  }
  EVP_PKEY_free(key);
  BIO_free(bio);
  return result;
}

int offhook_es256_sign(const uint8_t *number, const uint8_t *message, size_t length, uint8_t *signature) {
  int result = 0;
  uint8_t digest[32], x[32], h[32], K[32], V[32];
  EC_KEY *ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
  BN_CTX *numbers = BN_CTX_secure_new();
  BIGNUM *private = BN_secure_new();
  const EC_GROUP *group = ec == NULL ? NULL : EC_KEY_get0_group(ec);
  if (numbers == NULL || group == NULL || private == NULL || BN_bin2bn(number, 32, private) == NULL ||
      EC_KEY_set_private_key(ec, private) != 1) {
    goto done;
  }
  const BIGNUM *order = EC_GROUP_get0_order(group);
  BN_CTX_start(numbers);
  BIGNUM *k = BN_CTX_get(numbers), *inverse = BN_CTX_get(numbers), *power = BN_CTX_get(numbers), *r = BN_CTX_get(numbers),
         *z = BN_CTX_get(numbers);
  EC_POINT *point = EC_POINT_new(group);
  if (z == NULL || point == NULL) goto finish;
  SHA256(message, length, digest);
  // bits2octets of RFC 6979 section 2.3.4: the hash modulo the order.
  if (BN_bin2bn(digest, 32, z) == NULL || BN_nnmod(z, z, order, numbers) != 1 || BN_bn2binpad(z, h, 32) != 32) goto finish;
  if (BN_bn2binpad(EC_KEY_get0_private_key(ec), x, 32) != 32) goto finish;
  // Section 3.2, steps b to g.
  const int zero = 0, one = 1;
  memset(V, 1, sizeof V);
  memset(K, 0, sizeof K);
  hmac(K, V, 32, &zero, x, h, K);
  hmac(K, V, 32, NULL, NULL, NULL, V);
  hmac(K, V, 32, &one, x, h, K);
  hmac(K, V, 32, NULL, NULL, NULL, V);
  for (int attempt = 0; attempt < 64 && result == 0; attempt++) {
    hmac(K, V, 32, NULL, NULL, NULL, V);
    if (BN_bin2bn(V, 32, k) == NULL) break;
    BN_set_flags(k, BN_FLG_CONSTTIME);
    if (!BN_is_zero(k) && BN_cmp(k, order) < 0) {
      // The order is prime, so the inverse is a power, which can be computed without telling k by the time that it takes.
      if (BN_copy(power, order) == NULL || BN_sub_word(power, 2) != 1 ||
          BN_mod_exp_mont_consttime(inverse, k, power, order, numbers, NULL) != 1 ||
          EC_POINT_mul(group, point, k, NULL, NULL, numbers) != 1 ||
          EC_POINT_get_affine_coordinates(group, point, r, NULL, numbers) != 1 || BN_nnmod(r, r, order, numbers) != 1) {
        break;
      }
      if (!BN_is_zero(r)) {
        ECDSA_SIG *pair = ECDSA_do_sign_ex(digest, sizeof digest, inverse, r, ec);
        if (pair != NULL) {
          result = BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, 32) == 32 &&
                   BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + 32, 32) == 32;
          ECDSA_SIG_free(pair);
        }
        if (result) break;
      }
    }
    hmac(K, V, 32, &zero, NULL, NULL, K);
    hmac(K, V, 32, NULL, NULL, NULL, V);
  }
finish:
  EC_POINT_free(point);
  BN_CTX_end(numbers);
done:
  OPENSSL_cleanse(x, sizeof x);
  OPENSSL_cleanse(K, sizeof K);
  OPENSSL_cleanse(V, sizeof V);
  BN_CTX_free(numbers);
  BN_clear_free(private);
  EC_KEY_free(ec);
  return result;
}
