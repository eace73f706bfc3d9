// ALSA's library as it is, plus a handler that keeps its complaints off the screen: by default libasound writes to standard error. What
// went wrong is in the error codes.
#pragma once
#include <alsa/asoundlib.h>

__attribute__((unused)) static void calsa_ignore(const char *file, int line, const char *function, int error, const char *format, ...) {
  (void)file;
  (void)line;
  (void)function;
  (void)error;
  (void)format;
}

static inline void calsa_silence(void) { snd_lib_error_set_handler(calsa_ignore); }
