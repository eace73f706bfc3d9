// The few things of ncursesw that the screens need, in a form that Swift can import.
//
// ncurses keeps its state in global variables and its constants in macros with casts; neither reaches Swift. All of these functions
// belong to one thread, except the signal handlers, which only write to descriptors.
#ifndef OFFHOOK_CNCURSES_H
#define OFFHOOK_CNCURSES_H

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// Chooses the character encoding. True when text may hold any character; false when the user chose an encoding other than UTF-8.
bool cncurses_choose_locale(void);

// False when the terminal is not known or not there.
bool cncurses_open(void);
// Gives the terminal back as it was found. May be called twice.
void cncurses_close(void);
// Stops the whole job until the shell continues it, then takes the screen again.
void cncurses_suspend(void);

// Has every later signal written to `fd` as one byte: W the window changed its size, C continued, T terminate, H the terminal hung up.
// Signals of a crash put the terminal back first and then do what they did before.
void cncurses_install_signals(int fd);
void cncurses_remove_signals(void);

int cncurses_rows(void);
int cncurses_columns(void);
// Asks the terminal for its size and follows it.
void cncurses_follow_size(void);

// How many colours there are, 0 for none. Until cncurses_use_colors is called, none is touched.
int cncurses_colors(void);
void cncurses_use_colors(void);
// `foreground` -1 is the terminal's own; the background always is.
void cncurses_define_pair(int pair, int foreground);

enum {
  cncurses_bold = 1,
  cncurses_dim = 2,
  cncurses_reverse = 4,
  cncurses_underline = 8,
};
// Puts one character with its marks; what cannot be shown becomes a question mark.
void cncurses_put(int row, int column, const uint32_t *scalars, int count, unsigned attributes, int pair);
// Brings the changes to the terminal; the cursor is hidden when `row` is negative.
void cncurses_flush(int row, int column);
// The next flush draws everything.
void cncurses_redraw(void);
void cncurses_bell(void);

enum { cncurses_key_none = 0, cncurses_key_text = 1, cncurses_key_code = 2 };
enum {
  cncurses_code_up = 1, cncurses_code_down, cncurses_code_left, cncurses_code_right, cncurses_code_home, cncurses_code_end,
  cncurses_code_page_up, cncurses_code_page_down, cncurses_code_backspace, cncurses_code_delete, cncurses_code_insert,
  cncurses_code_enter, cncurses_code_back_tab, cncurses_code_paste_begin, cncurses_code_paste_end, cncurses_code_other,
  cncurses_code_function = 64,  // F1 is 65
};
// The next key without waiting: its kind, and in `value` the scalar or the code.
int cncurses_read_key(uint32_t *value);

#pragma clang assume_nonnull end
#endif
