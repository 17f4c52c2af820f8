/*
 * Sends messages by SMTP as ordinary clients do and says how long it took: EHLO, then for each message MAIL, RCPT (one or more),
 * DATA, the text, and a wait for each reply; QUIT when `--per-connection` messages are through, and a new connection for the next.
 * Message i goes to accounts i*r, i*r+1 ... of u1..uA, so every account gets the same number.
 * Prints one line of JSON: times are of the monotonic clock. Run by load.ts. `--hold 1` opens the connections, says how many
 * were greeted in `--wait` seconds, keeps them until its standard input ends, and says how many are still open.
 */
#define _GNU_SOURCE
#include "loop.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GREETING, EHLO, MAIL, RCPT, DATA, TEXT, QUIT, HOLD };
static const char *state_names[] = { "greeting", "EHLO", "MAIL", "RCPT", "DATA", "text", "QUIT", "hold" };

static long messages, size, recipients, per_connection, accounts, first_account, next_message, accepted, open_connections;
static int hold, finished;
static const char *domain, *run;
static double first_mail, last_accepted;

/* A complete message of exactly `size` bytes (the end mark not counted), no two alike. */
static void send_message(struct connection *c) {
  char head[600];
  int length = snprintf(head, sizeof head,
    "Date: Mon, 1 Jun 2026 08:00:00 +0700\r\nFrom: Load <load@load.example>\r\nTo: u%ld@%s\r\nSubject: Message %ld of run %s\r\n"
    "Message-ID: <%s.%ld@load.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n",
    first_account + c->item * recipients % accounts, domain, c->item, run, run, c->item);
  send_bytes(c, head, length);
  long left = size - length;
  char line[75];
  for (long n = 0; left > 0; n++) {
    long text = left >= 78 ? 74 : left == 77 ? 70 : left - 2;
    memset(line, 'a' + (n + c->item) % 26, sizeof line);
    send_bytes(c, line, text);
    send_bytes(c, "\r\n", 2);
    left -= text + 2;
  }
  send_bytes(c, ".\r\n", 3);
}

static void next(struct connection *c) {
  if (next_message == messages || (per_connection && c->done == per_connection)) {
    send_line(c, "QUIT");
    c->state = QUIT;
    return;
  }
  if (next_message == 0) first_mail = now();
  c->item = next_message++;
  send_line(c, "MAIL FROM:<load@load.example>");
  c->state = MAIL;
}

static void recipient(struct connection *c) {
  send_line(c, "RCPT TO:<u%ld@%s>", first_account + (c->item * recipients + c->step++) % accounts, domain);
  c->state = RCPT;
}

void on_line(struct connection *c, char *line, size_t length) {
  static const char *expected[] = { "220", "250", "250", "250", "354", "250", "221", "" };
  if (hold && c->state == GREETING && strncmp(line, "220", 3)) { loop_close(c); return; }
  if (length < 3 || strncmp(line, expected[c->state], strlen(expected[c->state])))
    fail("connection %d, message %ld: to %s the server said: %s", c->number, c->item, state_names[c->state], line);
  if (length > 3 && line[3] == '-') return;
  switch (c->state) {
    case GREETING: send_line(c, "EHLO load.example"); c->state = EHLO; c->done = 0; return;
    case EHLO:
      if (!hold) { next(c); return; }
      c->state = HOLD;
      if (++accepted == messages) finished = 1;
      return;
    case MAIL: c->step = 0; recipient(c); return;
    case RCPT:
      if (c->step < recipients) { recipient(c); return; }
      send_line(c, "DATA"); c->state = DATA; return;
    case DATA: send_message(c); c->state = TEXT; return;
    case TEXT: accepted++; c->done++; last_accepted = now(); next(c); return;
    case QUIT: loop_close(c); return;
  }
}

void on_closed(struct connection *c) {
  if (hold) return;
  if (next_message < messages) loop_open(c);
  else if (--open_connections == 0) finished = 1;
}

void on_wake(struct connection *c) { (void)c; finished = 1; }

int main(int argc, char **argv) {
  open_connections = option(argc, argv, "--connections", 1);
  messages = option(argc, argv, "--messages", 1);
  size = option(argc, argv, "--size", 4096);
  recipients = option(argc, argv, "--recipients", 1);
  per_connection = option(argc, argv, "--per-connection", 0);
  accounts = option(argc, argv, "--accounts", 100);
  first_account = option(argc, argv, "--first", 1);
  hold = option(argc, argv, "--hold", 0);
  domain = option_text(argc, argv, "--domain", "bench.test");
  run = option_text(argc, argv, "--run", "0");
  if (hold) messages = open_connections;
  if (open_connections > messages) open_connections = messages;
  loop_forgives = hold;
  loop_start("127.0.0.1", option(argc, argv, "--port", 25), open_connections);
  for (int i = 0; i < (int)open_connections; i++) loop_open(loop_connection(i));
  /* As many as get a greeting in this time are the ones held. */
  if (hold) loop_sleep(loop_connection(0), option(argc, argv, "--wait", 15));
  loop_run(&finished);
  if (hold) return loop_hold(accepted);
  printf("{\"accepted\":%ld,\"firstMail\":%.6f,\"lastAccepted\":%.6f}\n", accepted, first_mail, last_accepted);
  return 0;
}
