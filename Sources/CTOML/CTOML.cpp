// Some of toml++'s assertions (3.3, parse_key) can be reached by a malformed file. As `assert` they end the program, and without it
// they become assumptions that the optimiser believes. Here they are exceptions, in every build.
#undef NDEBUG
namespace ctoml {
struct BrokenAssumption {};
[[noreturn]] inline void broken() { throw BrokenAssumption{}; }
} // namespace ctoml
#define TOML_ASSERT(condition) (static_cast<bool>(condition) ? static_cast<void>(0) : ctoml::broken())
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
#include "CTOML.h"

#include <new>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <vector>

struct ctoml_document {
  toml::table root;
  std::vector<ctoml_step> steps;
  bool failed = false;
  std::string error;
  uint32_t line = 0;
  uint32_t column = 0;
};

namespace {

// toml++ recurses once for each level, and so does the end of its tree; without a bound a file of dots would end the stack.
constexpr unsigned deepest = 32;

struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// Finds a place that nests deeper than `deepest`, by dots in a key or by brackets. Strings and comments do not count.
bool nests_too_deeply(std::string_view text, Position &at) {
  enum class Mode { plain, comment, basic, literal, longBasic, longLiteral } mode = Mode::plain;
  unsigned dots = 0;
  unsigned brackets = 0;
  at = Position{};
  for (size_t index = 0; index < text.size(); ++index, ++at.column) {
    const char c = text[index];
    const bool tripled = text.substr(index, 3) == (c == '"' ? "\"\"\"" : "'''");
    if (c == '\n') {
      dots = 0;
      if (mode != Mode::longBasic && mode != Mode::longLiteral) mode = Mode::plain;
      ++at.line;
      at.column = 0;
      continue;
    }
    switch (mode) {
    case Mode::comment:
      break;
    case Mode::basic:
      if (c == '\\') ++index, ++at.column;
      else if (c == '"') mode = Mode::plain;
      break;
    case Mode::literal:
      if (c == '\'') mode = Mode::plain;
      break;
    case Mode::longBasic:
      if (c == '\\') {
        // A backslash before a line's end hides nothing that is counted; the line still counts.
        if (index + 1 < text.size() && text[index + 1] != '\n') ++index, ++at.column;
      } else if (c == '"' && tripled) {
        index += 2, at.column += 2;
        // Up to two quotation marks may stand right before the closing three.
        while (index + 1 < text.size() && text[index + 1] == '"') ++index, ++at.column;
        mode = Mode::plain;
      }
      break;
    case Mode::longLiteral:
      if (c == '\'' && tripled) {
        index += 2, at.column += 2;
        while (index + 1 < text.size() && text[index + 1] == '\'') ++index, ++at.column;
        mode = Mode::plain;
      }
      break;
    case Mode::plain:
      if (c == '#') {
        mode = Mode::comment;
      } else if (c == '"' || c == '\'') {
        if (tripled) {
          index += 2, at.column += 2;
          mode = c == '"' ? Mode::longBasic : Mode::longLiteral;
        } else {
          mode = c == '"' ? Mode::basic : Mode::literal;
        }
      } else if (c == '.') {
        if (++dots > deepest) return true;
      } else if (c == '[' || c == '{') {
        if (++brackets > deepest) return true;
      } else if ((c == ']' || c == '}') && brackets > 0) {
        --brackets;
      }
      break;
    }
  }
  return false;
}

void append(std::vector<ctoml_step> &steps, const toml::node &node, const toml::key *key) {
  ctoml_step step{};
  step.line = node.source().begin.line;
  step.column = node.source().begin.column;
  if (key != nullptr) {
    step.key = key->str().data();
    step.key_length = key->str().size();
    step.key_line = key->source().begin.line;
    step.key_column = key->source().begin.column;
  }
  if (const auto *table = node.as_table()) {
    step.kind = CTOML_TABLE_BEGIN;
    steps.push_back(step);
    for (auto &&[name, value] : *table) append(steps, value, &name);
    steps.push_back(ctoml_step{CTOML_END, 0, 0, 0, 0, nullptr, 0, nullptr, 0, 0, 0, false});
    return;
  }
  if (const auto *array = node.as_array()) {
    step.kind = CTOML_ARRAY_BEGIN;
    steps.push_back(step);
    for (auto &&value : *array) append(steps, value, nullptr);
    steps.push_back(ctoml_step{CTOML_END, 0, 0, 0, 0, nullptr, 0, nullptr, 0, 0, 0, false});
    return;
  }
  if (const auto *text = node.as_string()) {
    step.kind = CTOML_STRING;
    step.text = text->get().data();
    step.text_length = text->get().size();
  } else if (const auto *integer = node.as_integer()) {
    step.kind = CTOML_INTEGER;
    step.integer = integer->get();
  } else if (const auto *real = node.as_floating_point()) {
    step.kind = CTOML_FLOAT;
    step.real = real->get();
  } else if (const auto *boolean = node.as_boolean()) {
    step.kind = CTOML_BOOLEAN;
    step.boolean = boolean->get();
  } else {
    step.kind = CTOML_DATE;
  }
  steps.push_back(step);
}

/// Whether an assumption of toml++ breaks within `text`.
bool breaks(std::string_view text) {
  try {
    (void)toml::parse(text);
  } catch (const ctoml::BrokenAssumption &) {
    return true;
  } catch (const toml::parse_error &) {
  }
  return false;
}

/// The line that breaks an assumption: the beginnings of the text that hold it break it too, so halving finds it.
uint32_t broken_line(std::string_view text) {
  std::vector<size_t> ends;
  for (size_t index = 0; index < text.size(); ++index)
    if (text[index] == '\n' || index + 1 == text.size()) ends.push_back(index + 1);
  size_t low = 0;
  size_t high = ends.size();
  while (low + 1 < high) {
    const size_t middle = (low + high) / 2;
    if (breaks(text.substr(0, ends[middle - 1]))) high = middle;
    else low = middle;
  }
  return static_cast<uint32_t>(high);
}

} // namespace

ctoml_document *ctoml_parse(const uint8_t *bytes, size_t length) {
  ctoml_document *document = new (std::nothrow) ctoml_document;
  if (document == nullptr) return nullptr;
  try {
    const std::string_view text(length == 0 ? "" : reinterpret_cast<const char *>(bytes), length);
    Position position;
    if (nests_too_deeply(text, position)) {
      document->failed = true;
      document->line = position.line;
      document->column = position.column;
      document->error = "keys, tables and arrays nest too deeply here";
      return document;
    }
    document->root = toml::parse(text);
    append(document->steps, document->root, nullptr);
  } catch (const toml::parse_error &error) {
    document->failed = true;
    document->line = error.source().begin.line;
    document->column = error.source().begin.column;
    try {
      document->error = std::string(error.description());
    } catch (...) {
      // Out of memory while naming the error: the place is still told.
    }
  } catch (const ctoml::BrokenAssumption &) {
    document->failed = true;
    try {
      document->line = broken_line(std::string_view(reinterpret_cast<const char *>(bytes), length));
      document->error = "a key, a value or the end of the line was expected in this line";
    } catch (...) {
      // Out of memory, as above.
    }
  } catch (...) {
    document->failed = true;
  }
  if (document->failed) document->steps.clear();
  return document;
}

bool ctoml_has_error(const ctoml_document *document) { return document->failed; }
const char *ctoml_error_text(const ctoml_document *document) { return document->error.c_str(); }
uint32_t ctoml_error_line(const ctoml_document *document) { return document->line; }
uint32_t ctoml_error_column(const ctoml_document *document) { return document->column; }
size_t ctoml_count(const ctoml_document *document) { return document->steps.size(); }

ctoml_step ctoml_at(const ctoml_document *document, size_t index) {
  if (index >= document->steps.size()) return ctoml_step{CTOML_END, 0, 0, 0, 0, nullptr, 0, nullptr, 0, 0, 0, false};
  return document->steps[index];
}

void ctoml_free(ctoml_document *document) { delete document; }
