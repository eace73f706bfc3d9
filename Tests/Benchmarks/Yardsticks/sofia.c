/* Parses the same messages with sofia-sip, which reads every header it knows as its type while parsing.
   Usage: sofia FOLDER [SECONDS] */
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/su_alloc.h>

#include "yardstick.h"

static long parse(const char *bytes, size_t length) {
  msg_t *message = msg_make(sip_default_mclass(), 0, bytes, length);
  sip_t *sip = message ? sip_object(message) : NULL;
  if (!sip || !sip->sip_call_id || !sip->sip_cseq || !sip->sip_via || sip->sip_error) {
    fprintf(stderr, "sofia cannot parse this\n");
    exit(1);
  }
  long sum = sip->sip_cseq->cs_seq + (long)sip->sip_call_id->i_hash;
  msg_destroy(message);
  return sum;
}

int main(int count, char **arguments) {
  return measure("sofia", "parse (all headers typed)", count, arguments, parse);
}
