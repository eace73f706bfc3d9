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

// The few calls that a real-time loop makes. The attribute lets Swift's compiler accept them in functions that are `@_noLocks`: none of
// them allocates, and what a plug-in of ALSA locks inside is its own affair.
#define CALSA_REALTIME __attribute__((unused, swift_attr("@_noLocks")))

CALSA_REALTIME static inline snd_pcm_sframes_t calsa_avail(snd_pcm_t *pcm) { return snd_pcm_avail(pcm); }
CALSA_REALTIME static inline int calsa_wait(snd_pcm_t *pcm, int milliseconds) { return snd_pcm_wait(pcm, milliseconds); }
CALSA_REALTIME static inline int calsa_start(snd_pcm_t *pcm) { return snd_pcm_start(pcm); }
CALSA_REALTIME static inline int calsa_recover(snd_pcm_t *pcm, int error) { return snd_pcm_recover(pcm, error, 1); }
CALSA_REALTIME static inline snd_pcm_sframes_t calsa_write(snd_pcm_t *pcm, const void *frames, snd_pcm_uframes_t count) {
  return snd_pcm_writei(pcm, frames, count);
}
CALSA_REALTIME static inline snd_pcm_sframes_t calsa_read(snd_pcm_t *pcm, void *frames, snd_pcm_uframes_t count) {
  return snd_pcm_readi(pcm, frames, count);
}

static inline void calsa_silence(void) { snd_lib_error_set_handler(calsa_ignore); }
