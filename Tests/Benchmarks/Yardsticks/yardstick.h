/* What both yardsticks share: the messages in 64 variants, parts of two milliseconds, the best one counts. As MessagesBench.swift does it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { VARIANTS = 64 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int measure(const char *library, const char *what, int count, char **arguments, long (*parse)(const char *, size_t)) {
  const char *folder = count > 1 ? arguments[1] : "messages";
  double seconds = count > 2 ? atof(arguments[2]) : 1;
  const char *names[] = {"invite", "register", "ok"};
  for (int message = 0; message < 3; message++) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s.sip", folder, names[message]);
    FILE *file = fopen(path, "rb");
    if (!file) {
      perror(path);
      return 1;
    }
    static char variants[VARIANTS][2048];
    size_t length = fread(variants[0], 1, sizeof variants[0] - 1, file);
    fclose(file);
    for (int index = VARIANTS - 1; index >= 0; index--) {
      memcpy(variants[index], variants[0], length + 1);
      char *place = strstr(variants[index], "Call-ID: ") + 9;
      place[0] = (char)('A' + index / 8);
      place[1] = (char)('a' + index % 8);
    }
    double best = 1e9;
    long sum = 0;
    for (int part = 0; part < seconds * 500; part++) {
      double start = now();
      long rounds = 0;
      do {
        for (int index = 0; index < VARIANTS; index++) sum += parse(variants[index], length);
        rounds += VARIANTS;
      } while (now() - start < 0.002);
      double each = (now() - start) / (double)rounds;
      if (each < best) best = each;
    }
    printf("%s\t%s\t%zu\t%s\t%.0f ns\t%.0f/s%s\n", library, names[message], length, what, best * 1e9, 1 / best, sum ? "" : " ");
  }
  return 0;
}
