/* TOML 1.0 for Swift: toml++ behind a flat C interface. It only computes: no files, no clock, no state of its own. */
#ifndef CTOML_H
#define CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What one step of the walk over a document is. */
enum {
  CTOML_TABLE_BEGIN = 0,
  CTOML_ARRAY_BEGIN = 1,
  CTOML_END = 2, /* closes the innermost table or array */
  CTOML_STRING = 3,
  CTOML_INTEGER = 4,
  CTOML_FLOAT = 5,
  CTOML_BOOLEAN = 6,
  CTOML_DATE = 7 /* a date, a time or both; the value itself is not handed over */
};

/* A document is a list of steps, in the order of the file's tables (keys sorted), parents before children. */
typedef struct {
  uint32_t kind;
  /* Of the value, from 1; 0 where the file has no place for it, such as the root. */
  uint32_t line;
  uint32_t column;
  /* Of the key, from 1; 0 for an element of an array and for the root. */
  uint32_t key_line;
  uint32_t key_column;
  /* UTF-8, not terminated; NULL for an element of an array and for the root. Lives as long as the document. */
  const char *key;
  size_t key_length;
  /* CTOML_STRING only. Lives as long as the document. */
  const char *text;
  size_t text_length;
  int64_t integer;
  double real;
  bool boolean;
} ctoml_step;

typedef struct ctoml_document ctoml_document;

/* Reads a document. NULL only when memory has run out. The bytes are not kept. */
ctoml_document *ctoml_parse(const uint8_t *bytes, size_t length);

/* True when the text is no TOML; then there are no steps but one error. */
bool ctoml_has_error(const ctoml_document *document);
/* The error in English; terminated; lives as long as the document. */
const char *ctoml_error_text(const ctoml_document *document);
uint32_t ctoml_error_line(const ctoml_document *document);
uint32_t ctoml_error_column(const ctoml_document *document);

size_t ctoml_count(const ctoml_document *document);
/* Step `index`; an index that is too large gives CTOML_END. */
ctoml_step ctoml_at(const ctoml_document *document, size_t index);

void ctoml_free(ctoml_document *document);

#ifdef __cplusplus
}
#endif

#endif
