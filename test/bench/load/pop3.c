/*
 * Reads mail by POP3 as ordinary clients do and says how long it took. `--work`:
 *   check  wait until each of u1..uA has exactly --expect messages (STAT), asking again every 25 ms
 *   short  --sessions times: connect, log in, UIDL, RETR 1, QUIT
 *   fetch  --sessions times: connect, log in, STAT, RETR 1 to --expect, QUIT
 *   list   one session: how long until STAT, and until UIDL, of a mailbox of --expect messages
 *   purge  delete everything in every account
 *   hold   connect, CAPA, and stay
 * A maildrop belongs to one session at a time: short and fetch give each client accounts of its own (number, number + clients, ...),
 * check and purge visit every account once.
 * Prints one line of JSON: times are of the monotonic clock. Run by load.ts.
 */
#define _GNU_SOURCE
#include "loop.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GREETING, USER, PASS, STAT, UIDL, RETR, DELE, QUIT, CAPA, HOLD };
static const char *state_names[] = { "greeting", "USER", "PASS", "STAT", "UIDL", "RETR", "DELE", "QUIT", "CAPA", "hold" };
enum { CHECK, SHORT, FETCH, LIST, PURGE, HELD };
static const char *work_names[] = { "check", "short", "fetch", "list", "purge", "hold" };

struct dialogue { long total, lines, octets, announced; int multi, complete; };

static long clients, sessions, expect, accounts, first_account, started, ended, fetched, octets, asked;
static int work, finished;
static const char *domain, *password;
static double first_connect, last_end, stat_time, uidl_time;

static void retrieve(struct connection *c) { send_line(c, "RETR %d", ++c->step); c->state = RETR; }
static void quit(struct connection *c) { send_line(c, "QUIT"); c->state = QUIT; }

/* What to say after the reply to c->state was good. */
static void next(struct connection *c) {
  struct dialogue *d = c->more;
  switch (c->state) {
    case GREETING:
      if (work == HELD) { send_line(c, "CAPA"); c->state = CAPA; return; }
      send_line(c, "USER u%ld@%s", first_account + c->item, domain); c->state = USER; return;
    case USER: send_line(c, "PASS %s", password); c->state = PASS; return;
    case PASS:
      if (work == SHORT) { send_line(c, "UIDL"); c->state = UIDL; }
      else { send_line(c, "STAT"); c->state = STAT; }
      return;
    case STAT:
      asked++;
      if (work == CHECK && d->total > expect) fail("u%ld has %ld messages, %ld were sent", first_account + c->item, d->total, expect);
      if ((work == FETCH || work == LIST) && d->total < expect) fail("u%ld has %ld messages, not %ld", first_account + c->item, d->total, expect);
      d->complete = d->total >= expect;
      if (work == FETCH) retrieve(c);
      else if (work == LIST) { stat_time = now(); send_line(c, "UIDL"); c->state = UIDL; }
      else if (work == PURGE && d->total > 0) { send_line(c, "DELE %d", ++c->step); c->state = DELE; }
      else quit(c);
      return;
    case UIDL:
      if (work == LIST) {
        uidl_time = now();
        if (d->lines != expect) fail("UIDL has %ld lines, not %ld", d->lines, expect);
        quit(c);
      } else if (d->lines) retrieve(c);
      else fail("u%ld is empty", first_account + c->item);
      return;
    case RETR:
      if (d->announced && d->announced != d->octets) fail("RETR said %ld octets and sent %ld", d->announced, d->octets);
      fetched++;
      octets += d->octets;
      if (work == FETCH && c->step < expect) retrieve(c); else quit(c);
      return;
    case DELE:
      if (c->step < d->total) send_line(c, "DELE %d", ++c->step); else quit(c);
      return;
    case CAPA: c->state = HOLD; if (++ended == clients) finished = 1; return;
    case QUIT: loop_close(c); return;
  }
}

void on_line(struct connection *c, char *line, size_t length) {
  struct dialogue *d = c->more;
  if (d->multi) {
    if (length == 1 && line[0] == '.') { d->multi = 0; next(c); return; }
    d->lines++;
    d->octets += length + 2 - (line[0] == '.');
    return;
  }
  if (strncmp(line, "+OK", 3)) {
    if (work == HELD) { loop_close(c); return; }
    fail("client %d, u%ld: to %s the server said: %s", c->number, first_account + c->item, state_names[c->state], line);
  }
  if (c->state == STAT) d->total = atol(line + 3);
  if (c->state == RETR) d->announced = atol(line + 3);
  if (c->state == UIDL || c->state == RETR || c->state == CAPA) {
    d->multi = 1;
    d->lines = d->octets = 0;
  } else next(c);
}

/* The next session of this client, or none. */
static void begin(struct connection *c) {
  if (started == sessions) return;
  long number = started++;
  c->item = work == CHECK || work == PURGE ? number : (c->number + c->done * clients) % accounts;
  memset(c->more, 0, sizeof(struct dialogue));
  loop_open(c);
}

void on_closed(struct connection *c) {
  struct dialogue *d = c->more;
  if (work == HELD) return;
  if (work == CHECK && !d->complete) { loop_sleep(c, 0.025); return; }
  c->done++;
  last_end = now();
  if (++ended == sessions) { finished = 1; return; }
  begin(c);
}

void on_wake(struct connection *c) {
  if (work == HELD) { finished = 1; return; }
  memset(c->more, 0, sizeof(struct dialogue));
  loop_open(c);
}

int main(int argc, char **argv) {
  const char *name = option_text(argc, argv, "--work", "short");
  for (work = 0; work <= HELD && strcmp(name, work_names[work]); work++) continue;
  if (work > HELD) fail("no such work: %s", name);
  clients = option(argc, argv, "--clients", 1);
  expect = option(argc, argv, "--expect", 1);
  accounts = option(argc, argv, "--accounts", 100);
  first_account = option(argc, argv, "--first", 1);
  sessions = option(argc, argv, "--sessions", accounts);
  domain = option_text(argc, argv, "--domain", "bench.test");
  password = option_text(argc, argv, "--password", "secret");
  if (work != HELD && clients > accounts) clients = accounts;
  if ((work == SHORT || work == FETCH) && accounts % clients) fail("%ld accounts cannot be shared out among %ld clients", accounts, clients);
  loop_forgives = work == HELD;
  if (work == HELD) sessions = clients;
  loop_start("127.0.0.1", option(argc, argv, "--port", 110), clients);
  first_connect = now();
  for (int i = 0; i < (int)clients; i++) {
    loop_connection(i)->more = calloc(1, sizeof(struct dialogue));
    begin(loop_connection(i));
  }
  if (work == HELD) loop_sleep(loop_connection(0), option(argc, argv, "--wait", 15));
  loop_run(&finished);
  if (work == HELD) return loop_hold(ended);
  printf("{\"sessions\":%ld,\"fetched\":%ld,\"octets\":%ld,\"asked\":%ld,\"start\":%.6f,\"end\":%.6f,\"stat\":%.6f,\"uidl\":%.6f}\n",
    ended, fetched, octets, asked, first_connect, last_end, stat_time, uidl_time);
  return 0;
}
