/* Parses the same messages with libre, which finds the header fields and reads the first Via, From, To and CSeq.
   Usage: libre FOLDER [SECONDS] */
#include <stdint.h>
#include <stdbool.h>
#include <string.h>
#include <re.h>

#include "yardstick.h"

static long parse(const char *bytes, size_t length) {
  struct mbuf *buffer = mbuf_alloc(length);
  mbuf_write_mem(buffer, (const uint8_t *)bytes, length);
  buffer->pos = 0;
  struct sip_msg *message = NULL;
  if (sip_msg_decode(&message, buffer)) {
    fprintf(stderr, "libre cannot parse this\n");
    exit(1);
  }
  long sum = message->cseq.num + (long)message->callid.l;
  mem_deref(message);
  mem_deref(buffer);
  return sum;
}

int main(int count, char **arguments) {
  libre_init();
  return measure("libre", "parse", count, arguments, parse);
}
