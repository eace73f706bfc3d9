// ALSA's library as it is, plus a handler that keeps its complaints off the screen: by default libasound writes to standard error.
#pragma once
#include <alsa/asoundlib.h>
#include <stdarg.h>
#include <stdio.h>

static __thread char calsa_message[256];

// Keeps the last complaint of the calling thread, without the source file's name.
__attribute__((unused)) static void calsa_keep(const char *file, int line, const char *function, int error, const char *format, ...) {
  (void)file;
  (void)line;
  (void)function;
  (void)error;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(calsa_message, sizeof calsa_message, format, arguments);
  va_end(arguments);
}

static inline void calsa_silence(void) { snd_lib_error_set_handler(calsa_keep); }
