#define _GNU_SOURCE 1
#define NCURSES_WIDECHAR 1

#include "CNCurses.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <ncurses.h>
#include <term.h>

enum { paste_begin = 0x1F00, paste_end = 0x1F01 };

static SCREEN *screen;
static struct termios saved_modes;
static volatile sig_atomic_t modes_are_saved;
static volatile sig_atomic_t is_open;
static volatile int signal_fd = -1;
static bool can_paste;

// What a crash writes: it must be ready, because terminfo cannot be asked from a signal handler.
static char reset_text[512];
static volatile sig_atomic_t reset_length;

static bool is_set(const char *name) {
  const char *value = getenv(name);
  return value && *value;
}

bool cncurses_choose_locale(void) {
  const char *chosen = setlocale(LC_CTYPE, "");
  if (chosen && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
  // Nothing was chosen, as in containers and under cron: every terminal of this century reads UTF-8.
  if (!is_set("LC_ALL") && !is_set("LC_CTYPE") && !is_set("LANG")) return setlocale(LC_CTYPE, "C.UTF-8") != NULL;
  return false;
}

static void append_reset(const char *text) {
  if (!text || text == (const char *)-1) return;
  size_t length = strlen(text);
  // Padding such as $<5> is for terminals that no longer exist; what has it is left out.
  if (strstr(text, "$<") || reset_length + length >= sizeof reset_text) return;
  memcpy(reset_text + reset_length, text, length);
  reset_length += (sig_atomic_t)length;
}

static void write_all(const char *text, size_t length) {
  while (length > 0) {
    ssize_t written = write(STDOUT_FILENO, text, length);
    if (written <= 0) {
      if (written < 0 && errno == EINTR) continue;
      return;
    }
    text += written;
    length -= (size_t)written;
  }
}

// Libraries write to the standard error as they please. While the screen is up that goes into memory, and comes out after it.
static int real_errors = -1;
static int kept_errors = -1;
enum { most_kept = 1 << 20, most_shown = 1 << 14 };

static void keep_errors(void) {
  if (!isatty(STDERR_FILENO)) return;
  if (kept_errors < 0) kept_errors = memfd_create("offhook-stderr", MFD_CLOEXEC);
  if (kept_errors < 0) return;
  fcntl(kept_errors, F_SETFL, O_APPEND);
  real_errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (real_errors >= 0) dup2(kept_errors, STDERR_FILENO);
}

// Safe in a signal handler, as is all that it calls.
static void show_errors(void) {
  if (real_errors < 0) return;
  dup2(real_errors, STDERR_FILENO);
  close(real_errors);
  real_errors = -1;
  static char text[most_shown];
  off_t end = lseek(kept_errors, 0, SEEK_END);
  ssize_t length = pread(kept_errors, text, sizeof text, end > most_shown ? end - most_shown : 0);
  ssize_t ignored = length > 0 ? write(STDERR_FILENO, text, (size_t)length) : 0;
  ignored = ftruncate(kept_errors, 0);
  (void)ignored;
}

static void bound_errors(void) {
  struct stat facts;
  if (real_errors < 0 || fstat(kept_errors, &facts) != 0 || facts.st_size < most_kept) return;
  int ignored = ftruncate(kept_errors, 0);
  (void)ignored;
}

static void set_paste(bool is_on) {
  if (can_paste) write_all(is_on ? "\033[?2004h" : "\033[?2004l", 8);
}

static void restore_terminal(void);

bool cncurses_open(void) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return false;
  modes_are_saved = tcgetattr(STDIN_FILENO, &saved_modes) == 0;
  screen = newterm(NULL, stdout, stdin);
  if (!screen) return false;
  set_term(screen);
  raw();
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  set_escdelay(25);
  leaveok(stdscr, FALSE);
  scrollok(stdscr, FALSE);
  const char *name = termname();
  can_paste = name && strncmp(name, "vt", 2) != 0 && strcmp(name, "dumb") != 0;
  if (can_paste) {
    define_key("\033[200~", paste_begin);
    define_key("\033[201~", paste_end);
  }
  reset_length = 0;
  if (can_paste) append_reset("\033[?2004l");
  append_reset(exit_attribute_mode);
  append_reset(orig_pair);
  append_reset(cursor_normal);
  append_reset(keypad_local);
  append_reset(exit_ca_mode);
  append_reset("\r\n");
  is_open = 1;
  keep_errors();
  set_paste(true);
  // Somebody may call exit() on another thread.
  static bool is_registered;
  if (!is_registered) is_registered = atexit(restore_terminal) == 0;
  return true;
}

void cncurses_close(void) {
  if (!is_open) return;
  is_open = 0;
  set_paste(false);
  curs_set(1);
  endwin();
  delscreen(screen);
  screen = NULL;
  show_errors();
}

void cncurses_suspend(void) {
  set_paste(false);
  curs_set(1);
  endwin();
  is_open = 0;
  // The whole job, as the terminal driver would do it: a script around the phone stops too.
  kill(0, SIGTSTP);
  is_open = 1;
  set_paste(true);
  cncurses_follow_size();
  cncurses_redraw();
}

// MARK: Signals

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { crash_count = sizeof crash_signals / sizeof crash_signals[0] };
static struct sigaction crash_before[crash_count];
static const int told_signals[] = {SIGWINCH, SIGCONT, SIGTERM, SIGINT, SIGQUIT, SIGHUP};
enum { told_count = sizeof told_signals / sizeof told_signals[0] };
static struct sigaction told_before[told_count];
static volatile sig_atomic_t are_installed;
static volatile sig_atomic_t was_asked_to_end;

// Only functions that are safe in a signal handler.
static void restore_terminal(void) {
  if (!is_open) return;
  is_open = 0;
  write_all(reset_text, (size_t)reset_length);
  if (modes_are_saved) tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
  show_errors();
}

static void on_crash(int number) {
  restore_terminal();
  for (int i = 0; i < crash_count; i++) {
    if (crash_signals[i] == number) sigaction(number, &crash_before[i], NULL);
  }
  raise(number);
  // Whoever was there before may only have reported it, and a signal that another process sent does not come again by itself.
  signal(number, SIG_DFL);
  raise(number);
}

static void tell(int number) {
  int error = errno;
  char byte = number == SIGWINCH ? 'W' : number == SIGCONT ? 'C' : number == SIGHUP ? 'H' : 'T';
  if (byte == 'T' || byte == 'H') {
    // Asked twice: whoever should have ended the phone in order does not.
    if (was_asked_to_end) {
      restore_terminal();
      _exit(128 + number);
    }
    was_asked_to_end = 1;
  }
  ssize_t ignored = write(signal_fd, &byte, 1);
  (void)ignored;
  errno = error;
}

void cncurses_install_signals(int fd) {
  signal_fd = fd;
  if (are_installed) return;
  are_installed = 1;
  was_asked_to_end = 0;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = tell;
  action.sa_flags = SA_RESTART;
  for (int i = 0; i < told_count; i++) sigaction(told_signals[i], &action, &told_before[i]);
  // A stack that has overflown cannot carry the handler.
  static char spare_stack[64 * 1024];
  stack_t stack = {.ss_sp = spare_stack, .ss_size = sizeof spare_stack, .ss_flags = 0};
  sigaltstack(&stack, NULL);
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (int i = 0; i < crash_count; i++) sigaction(crash_signals[i], &action, &crash_before[i]);
}

void cncurses_remove_signals(void) {
  if (!are_installed) return;
  are_installed = 0;
  for (int i = 0; i < told_count; i++) sigaction(told_signals[i], &told_before[i], NULL);
  for (int i = 0; i < crash_count; i++) sigaction(crash_signals[i], &crash_before[i], NULL);
}

// MARK: Drawing

int cncurses_rows(void) { return LINES; }
int cncurses_columns(void) { return COLS; }

void cncurses_follow_size(void) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) resizeterm(size.ws_row, size.ws_col);
}

int cncurses_colors(void) {
  int count = tigetnum("colors");
  return count > 0 ? count : 0;
}

void cncurses_use_colors(void) {
  start_color();
  use_default_colors();
}

void cncurses_define_pair(int pair, int foreground) { init_pair((short)pair, (short)foreground, -1); }

void cncurses_put(int row, int column, const uint32_t *scalars, int count, unsigned attributes, int pair) {
  wchar_t text[CCHARW_MAX + 1];
  int length = 0;
  while (length < count && length < CCHARW_MAX) {
    text[length] = (wchar_t)scalars[length];
    length++;
  }
  text[length] = 0;
  attr_t look = A_NORMAL;
  if (attributes & cncurses_bold) look |= A_BOLD;
  if (attributes & cncurses_dim) look |= A_DIM;
  if (attributes & cncurses_reverse) look |= A_REVERSE;
  if (attributes & cncurses_underline) look |= A_UNDERLINE;
  cchar_t cell;
  if (length == 0 || wcwidth(text[0]) < 1 || setcchar(&cell, text, look, (short)pair, NULL) == ERR) {
    setcchar(&cell, L"?", look, (short)pair, NULL);
  }
  mvadd_wch(row, column, &cell);
}

void cncurses_flush(int row, int column) {
  bound_errors();
  if (row >= 0) move(row, column);
  curs_set(row >= 0 ? 1 : 0);
  refresh();
}

void cncurses_redraw(void) { clearok(curscr, TRUE); }
void cncurses_bell(void) { beep(); }

// MARK: Keys

int cncurses_read_key(uint32_t *value) {
  wint_t key = 0;
  int kind = get_wch(&key);
  if (kind == ERR) return cncurses_key_none;
  if (kind == OK) {
    *value = (uint32_t)key;
    return cncurses_key_text;
  }
  switch (key) {
    case KEY_UP: *value = cncurses_code_up; break;
    case KEY_DOWN: *value = cncurses_code_down; break;
    case KEY_LEFT: *value = cncurses_code_left; break;
    case KEY_RIGHT: *value = cncurses_code_right; break;
    case KEY_HOME: case KEY_FIND: *value = cncurses_code_home; break;
    case KEY_END: case KEY_SELECT: *value = cncurses_code_end; break;
    case KEY_PPAGE: *value = cncurses_code_page_up; break;
    case KEY_NPAGE: *value = cncurses_code_page_down; break;
    case KEY_BACKSPACE: *value = cncurses_code_backspace; break;
    case KEY_DC: *value = cncurses_code_delete; break;
    case KEY_IC: *value = cncurses_code_insert; break;
    case KEY_ENTER: *value = cncurses_code_enter; break;
    case KEY_BTAB: *value = cncurses_code_back_tab; break;
    case paste_begin: *value = cncurses_code_paste_begin; break;
    case paste_end: *value = cncurses_code_paste_end; break;
    default:
      *value = key > KEY_F0 && key <= KEY_F(24) ? cncurses_code_function + (key - KEY_F0) : cncurses_code_other;
  }
  return cncurses_key_code;
}
