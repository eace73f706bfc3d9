// A sound card made of nothing but CLOCK_MONOTONIC, as a plug-in of ALSA (type "virtual"): the real API, real timing, real
// underruns and overruns, on a machine without sound. What it can do and how it is configured is in README.md.
#define _GNU_SOURCE
#ifndef PIC
#define PIC 1
#endif
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

// The cable between a playback and a capture stream holds this many samples, at 48 kHz: 5.4 s.
#define CABLE_RATE 48000u
#define CABLE_SIZE (1u << 18)

// A sample and the turn of the ring in which it was written, so that a sound is not heard again when the ring comes round.
typedef struct {
  int16_t sample;
  uint16_t turn;
} cable_slot;

// What stands before each piece of a record; s16le samples of all channels follow.
typedef struct {
  uint64_t nanoseconds;  // CLOCK_MONOTONIC, when the first frame is heard
  uint32_t rate, channels, frames, flags;
} record_header;
enum { RECORD_UNDERRUN = 1 };

typedef struct {
  snd_pcm_ioplug_t io;
  int timer;
  int is_running;
  int64_t started;      // ns
  uint64_t moved;       // frames, since `started`
  uint64_t total;       // frames, since it was opened
  uint64_t avail_min;
  unsigned xruns;
  int16_t *source;      // capture: a file
  size_t source_count;
  cable_slot *cable;
  int16_t *waiting;     // playback before the start: its time is not known yet
  size_t waiting_frames;
  FILE *record;
  char source_prefix[400], record_base[440], unplugged[400];
} card;

static int opened_count;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int is_playback(const card *c) { return c->io.stream == SND_PCM_STREAM_PLAYBACK; }

static int is_unplugged(const card *c) { return c->unplugged[0] && access(c->unplugged, F_OK) == 0; }

static uint64_t elapsed(const card *c) {
  return c->is_running ? (uint64_t)((__int128)(now() - c->started) * c->io.rate / 1000000000) : 0;
}

static int64_t time_of(const card *c, uint64_t frame) { return c->started + (int64_t)((__int128)frame * 1000000000 / c->io.rate); }

static uint64_t cable_position(const card *c, uint64_t frame) {
  return (uint64_t)((__int128)c->started * CABLE_RATE / 1000000000) + frame * (CABLE_RATE / c->io.rate);
}

// Arms the timer for the instant at which avail_min frames are available; an instant in the past fires at once.
static void arm(card *c) {
  uint64_t wanted = c->avail_min ? c->avail_min : c->io.period_size;
  if (wanted > c->io.buffer_size) wanted = c->io.buffer_size;
  int64_t at;
  if (c->is_running) {
    int64_t frame = is_playback(c) ? (int64_t)c->moved - (int64_t)(c->io.buffer_size - wanted) : (int64_t)(c->moved + wanted);
    // One nanosecond more, so that the division cannot round to a frame too few.
    at = frame <= 0 ? 1 : time_of(c, (uint64_t)frame) + 1;
  } else {
    // Before the start: a playback stream takes what fits, a capture stream gives nothing.
    at = is_playback(c) && c->moved + wanted <= c->io.buffer_size ? 1 : 0;
  }
  struct itimerspec setting = {.it_value = {at / 1000000000, at % 1000000000}};
  timerfd_settime(c->timer, TFD_TIMER_ABSTIME, &setting, NULL);
}

static void emit(card *c, uint64_t frame, const int16_t *samples, snd_pcm_uframes_t count) {
  unsigned channels = c->io.channels;
  if (c->record) {
    record_header header = {(uint64_t)time_of(c, frame), c->io.rate, channels, (uint32_t)count, 0};
    fwrite(&header, sizeof header, 1, c->record);
    fwrite(samples, 2 * channels, count, c->record);
    fflush(c->record);
  }
  if (c->cable) {
    unsigned step = CABLE_RATE / c->io.rate;
    uint64_t position = cable_position(c, frame);
    for (snd_pcm_uframes_t i = 0; i < count; i++)
      for (unsigned k = 0; k < step; k++, position++)
        c->cable[position % CABLE_SIZE] = (cable_slot){samples[i * channels], (uint16_t)(position / CABLE_SIZE)};
  }
}

static int16_t heard(const card *c, uint64_t frame) {
  if (c->cable) {
    uint64_t position = cable_position(c, frame);
    cable_slot slot = c->cable[position % CABLE_SIZE];
    return slot.turn == (uint16_t)(position / CABLE_SIZE) ? slot.sample : 0;
  }
  if (!c->source_count) return 0;
  uint64_t index = (uint64_t)(((__int128)time_of(c, frame) * c->io.rate + 500000000) / 1000000000);
  return c->source[index % c->source_count];
}

static int on_start(snd_pcm_ioplug_t *io) {
  card *c = io->private_data;
  if (is_unplugged(c)) return -ENODEV;
  c->started = now();
  c->is_running = 1;
  if (c->waiting_frames) emit(c, 0, c->waiting, c->waiting_frames);
  c->waiting_frames = 0;
  arm(c);
  return 0;
}

static int on_stop(snd_pcm_ioplug_t *io) {
  card *c = io->private_data;
  c->is_running = 0;
  arm(c);
  return 0;
}

static int on_prepare(snd_pcm_ioplug_t *io) {
  card *c = io->private_data;
  if (is_unplugged(c)) return -ENODEV;
  c->is_running = 0;
  c->moved = 0;
  c->waiting_frames = 0;
  arm(c);
  return 0;
}

static snd_pcm_sframes_t xrun(card *c) {
  c->xruns++;
  c->is_running = 0;
  if (c->record) {
    record_header header = {(uint64_t)now(), c->io.rate, c->io.channels, 0, RECORD_UNDERRUN};
    fwrite(&header, sizeof header, 1, c->record);
    fflush(c->record);
  }
  return -EPIPE;
}

static snd_pcm_sframes_t on_pointer(snd_pcm_ioplug_t *io) {
  card *c = io->private_data;
  if (is_unplugged(c)) snd_pcm_ioplug_set_state(io, SND_PCM_STATE_DISCONNECTED);
  if (!c->is_running) return 0;
  uint64_t frame = elapsed(c);
  if (is_playback(c)) {
    if (frame > c->moved) {
      if (io->state != SND_PCM_STATE_DRAINING) return xrun(c);
      frame = c->moved;
    }
  } else if (frame >= c->moved + io->buffer_size) {
    return xrun(c);
  }
  return (snd_pcm_sframes_t)(frame % io->buffer_size);
}

static snd_pcm_sframes_t on_transfer(
    snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas, snd_pcm_uframes_t offset, snd_pcm_uframes_t count) {
  card *c = io->private_data;
  if (is_unplugged(c)) return -ENODEV;
  int16_t *samples = (int16_t *)((char *)areas->addr + (areas->first + areas->step * offset) / 8);
  if (!is_playback(c)) {
    for (snd_pcm_uframes_t i = 0; i < count; i++) {
      int16_t sample = heard(c, c->moved + i);
      for (unsigned channel = 0; channel < io->channels; channel++) samples[i * io->channels + channel] = sample;
    }
  } else if (c->is_running) {
    emit(c, c->moved, samples, count);
  } else {
    size_t width = 2 * io->channels;
    int16_t *grown = realloc(c->waiting, (c->waiting_frames + count) * width);
    if (!grown) return -ENOMEM;
    c->waiting = grown;
    memcpy((char *)grown + c->waiting_frames * width, samples, count * width);
    c->waiting_frames += count;
  }
  c->moved += count;
  c->total += count;
  arm(c);
  return (snd_pcm_sframes_t)count;
}

static int on_hw_params(snd_pcm_ioplug_t *io, snd_pcm_hw_params_t *params) {
  (void)params;
  card *c = io->private_data;
  if (is_playback(c) || !c->source_prefix[0]) return 0;
  char path[440];
  snprintf(path, sizeof path, "%s.%u.s16", c->source_prefix, io->rate);
  FILE *file = fopen(path, "rb");
  if (!file) {
    SNDERR("the virtual sound card cannot open %s", path);
    return -ENOENT;
  }
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  free(c->source);
  c->source = malloc((size_t)size + 2);
  c->source_count = c->source ? fread(c->source, 2, (size_t)size / 2, file) : 0;
  fclose(file);
  return 0;
}

static int on_sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params) {
  card *c = io->private_data;
  snd_pcm_uframes_t frames;
  snd_pcm_sw_params_get_avail_min(params, &frames);
  c->avail_min = frames;
  return 0;
}

static int on_poll_descriptors(snd_pcm_ioplug_t *io, struct pollfd *descriptors, unsigned count) {
  card *c = io->private_data;
  if (count < 1) return 0;
  arm(c);
  descriptors[0] = (struct pollfd){c->timer, POLLIN, 0};
  return 1;
}

static int on_poll_revents(snd_pcm_ioplug_t *io, struct pollfd *descriptors, unsigned count, unsigned short *events) {
  card *c = io->private_data;
  (void)count;
  *events = descriptors[0].revents & POLLIN ? (is_playback(c) ? POLLOUT : POLLIN) : 0;
  if (is_unplugged(c)) *events |= POLLERR;
  arm(c);
  return 0;
}

static int on_delay(snd_pcm_ioplug_t *io, snd_pcm_sframes_t *delay) {
  card *c = io->private_data;
  int64_t ahead = (int64_t)c->moved - (int64_t)elapsed(c);
  *delay = (snd_pcm_sframes_t)(is_playback(c) ? ahead : -ahead);
  return 0;
}

static int on_drain(snd_pcm_ioplug_t *io) {
  card *c = io->private_data;
  if (!is_playback(c)) return 0;
  if (!c->is_running && c->moved) on_start(io);
  int64_t left = time_of(c, c->moved) - now();
  if (c->is_running && left > 0) {
    struct timespec time = {left / 1000000000, left % 1000000000};
    nanosleep(&time, NULL);
  }
  return 0;
}

static int on_close(snd_pcm_ioplug_t *io) {
  card *c = io->private_data;
  if (c->record) fclose(c->record);
  if (c->record_base[0]) {
    char path[480];
    snprintf(path, sizeof path, "%s.%s", c->record_base, is_playback(c) ? "playback" : "capture");
    FILE *file = fopen(path, "w");
    if (file) {
      fprintf(
          file, "frames=%llu xruns=%u rate=%u channels=%u period=%lu buffer=%lu\n", (unsigned long long)c->total, c->xruns, io->rate,
          io->channels, io->period_size, io->buffer_size);
      fclose(file);
    }
  }
  close(c->timer);
  if (c->cable) munmap(c->cable, CABLE_SIZE * sizeof(cable_slot));
  free(c->source);
  free(c->waiting);
  free(c);
  return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = on_start,
    .stop = on_stop,
    .pointer = on_pointer,
    .transfer = on_transfer,
    .close = on_close,
    .hw_params = on_hw_params,
    .sw_params = on_sw_params,
    .prepare = on_prepare,
    .drain = on_drain,
    .poll_descriptors = on_poll_descriptors,
    .poll_revents = on_poll_revents,
    .delay = on_delay,
};

static int map_cable(card *c, const char *path) {
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return -errno;
  size_t size = CABLE_SIZE * sizeof(cable_slot);
  void *memory = ftruncate(fd, (off_t)size) < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  int error = errno;
  close(fd);
  if (memory == MAP_FAILED) return -error;
  c->cable = memory;
  return 0;
}

static int set_constraints(card *c, long rate, long channels) {
  static const unsigned accesses[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED};
  static const unsigned formats[] = {SND_PCM_FORMAT_S16_LE};
  static const unsigned rates[] = {8000, 16000, 24000, 48000};
  unsigned one_rate[] = {(unsigned)rate};
  int error = snd_pcm_ioplug_set_param_list(&c->io, SND_PCM_IOPLUG_HW_ACCESS, 2, accesses);
  if (error >= 0) error = snd_pcm_ioplug_set_param_list(&c->io, SND_PCM_IOPLUG_HW_FORMAT, 1, formats);
  if (error >= 0)
    error = rate ? snd_pcm_ioplug_set_param_list(&c->io, SND_PCM_IOPLUG_HW_RATE, 1, one_rate)
                 : snd_pcm_ioplug_set_param_list(&c->io, SND_PCM_IOPLUG_HW_RATE, 4, rates);
  unsigned least = channels ? (unsigned)channels : 1, most = channels ? (unsigned)channels : 2;
  if (error >= 0) error = snd_pcm_ioplug_set_param_minmax(&c->io, SND_PCM_IOPLUG_HW_CHANNELS, least, most);
  if (error >= 0) error = snd_pcm_ioplug_set_param_minmax(&c->io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 64, 65536);
  if (error >= 0) error = snd_pcm_ioplug_set_param_minmax(&c->io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 128, 262144);
  if (error >= 0) error = snd_pcm_ioplug_set_param_minmax(&c->io, SND_PCM_IOPLUG_HW_PERIODS, 2, 1024);
  return error;
}

SND_PCM_PLUGIN_DEFINE_FUNC(virtual) {
  (void)root;
  const char *source = NULL, *cable = NULL, *record = NULL, *unplugged = NULL;
  long rate = 0, channels = 0;
  snd_config_iterator_t at, next;
  snd_config_for_each(at, next, conf) {
    snd_config_t *node = snd_config_iterator_entry(at);
    const char *key;
    if (snd_config_get_id(node, &key) < 0 || !strcmp(key, "type") || !strcmp(key, "comment") || !strcmp(key, "hint")) continue;
    int error = !strcmp(key, "capture")     ? snd_config_get_string(node, &source)
                : !strcmp(key, "cable")     ? snd_config_get_string(node, &cable)
                : !strcmp(key, "record")    ? snd_config_get_string(node, &record)
                : !strcmp(key, "unplugged") ? snd_config_get_string(node, &unplugged)
                : !strcmp(key, "rate")      ? snd_config_get_integer(node, &rate)
                : !strcmp(key, "channels")  ? snd_config_get_integer(node, &channels)
                                            : -EINVAL;
    if (error < 0) {
      SNDERR("the virtual sound card does not understand %s", key);
      return error;
    }
  }
  card *c = calloc(1, sizeof *c);
  if (!c) return -ENOMEM;
  if (source) snprintf(c->source_prefix, sizeof c->source_prefix, "%s", source);
  if (unplugged) snprintf(c->unplugged, sizeof c->unplugged, "%s", unplugged);
  int error = is_unplugged(c) ? -ENODEV : cable ? map_cable(c, cable) : 0;
  if (error < 0) {
    free(c);
    return error;
  }
  c->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  c->io.version = SND_PCM_IOPLUG_VERSION;
  c->io.name = "virtual sound card";
  c->io.callback = &callbacks;
  c->io.private_data = c;
  c->io.poll_fd = c->timer;
  c->io.poll_events = POLLIN;
  error = snd_pcm_ioplug_create(&c->io, name, stream, mode);
  if (error < 0) {
    close(c->timer);
    if (c->cable) munmap(c->cable, CABLE_SIZE * sizeof(cable_slot));
    free(c);
    return error;
  }
  error = set_constraints(c, rate, channels);
  if (error < 0) {
    snd_pcm_ioplug_delete(&c->io);
    return error;
  }
  if (record) {
    snprintf(c->record_base, sizeof c->record_base, "%s-%d-%d", record, getpid(), __sync_fetch_and_add(&opened_count, 1));
    if (stream == SND_PCM_STREAM_PLAYBACK) {
      char path[480];
      snprintf(path, sizeof path, "%s.pcm", c->record_base);
      c->record = fopen(path, "wb");
    }
  }
  *pcmp = c->io.pcm;
  return 0;
}
SND_PCM_PLUGIN_SYMBOL(virtual);
