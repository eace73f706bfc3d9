import CTOML

/// Reads TOML through toml++.
enum TOMLDocument {
  struct Failure: Error {
    var position: TextPosition
    var message: String
  }

  /// More than any configuration needs; keeps a wrong file (`--config /dev/zero`) from filling the memory.
  static let largestSize = 1 << 20

  static func parse(_ bytes: [UInt8]) throws(Failure) -> TOMLValue {
    guard bytes.count <= largestSize else {
      throw Failure(position: TextPosition(), message: "the file is larger than \(largestSize) bytes")
    }
    // The document owns all text that its steps point to; every string is copied before it is freed.
    let document = unsafe bytes.withUnsafeBufferPointer { unsafe ctoml_parse($0.baseAddress, $0.count) }
    guard let document = unsafe document else { throw Failure(position: TextPosition(), message: "out of memory") }
    defer { unsafe ctoml_free(document) }
    if unsafe ctoml_has_error(document) {
      let position = unsafe TextPosition(line: Int(ctoml_error_line(document)), column: Int(ctoml_error_column(document)))
      let text = unsafe String(cString: ctoml_error_text(document))
      throw Failure(position: position, message: text.isEmpty ? "this is not TOML" : text)
    }
    var index = 0
    return unsafe value(of: document, at: &index)
  }

  /// Takes the value that begins at step `index`. The shim bounds how deep values nest.
  private static func value(of document: OpaquePointer, at index: inout Int) -> TOMLValue {
    let step = unsafe ctoml_at(document, index)
    index += 1
    let position = unsafe TextPosition(line: Int(step.line), column: Int(step.column))
    return unsafe TOMLValue(content: content(of: step, in: document, at: &index), position: position)
  }

  private static func content(of step: ctoml_step, in document: OpaquePointer, at index: inout Int) -> TOMLValue.Content {
    switch unsafe Int(step.kind) {
    case CTOML_TABLE_BEGIN:
      var entries: [TOMLEntry] = []
      while let child = unsafe childStep(of: document, at: index) {
        let key = unsafe text(child.key, child.key_length)
        let position = unsafe TextPosition(line: Int(child.key_line), column: Int(child.key_column))
        let value = unsafe value(of: document, at: &index)
        entries.append(TOMLEntry(key: key, keyPosition: position, value: value))
      }
      index += 1
      return .table(entries)
    case CTOML_ARRAY_BEGIN:
      var values: [TOMLValue] = []
      while unsafe childStep(of: document, at: index) != nil { unsafe values.append(value(of: document, at: &index)) }
      index += 1
      return .array(values)
    case CTOML_STRING: return unsafe .string(text(step.text, step.text_length))
    case CTOML_INTEGER: return unsafe .integer(step.integer)
    case CTOML_FLOAT: return unsafe .float(step.real)
    case CTOML_BOOLEAN: return unsafe .boolean(step.boolean)
    default: return .date
    }
  }

  /// The step at `index`, nil when it closes the table or array.
  private static func childStep(of document: OpaquePointer, at index: Int) -> ctoml_step? {
    let step = unsafe ctoml_at(document, index)
    return unsafe Int(step.kind) == CTOML_END ? nil : step
  }

  private static func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
    guard let start = unsafe start else { return "" }
    return unsafe start.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
      unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
    }
  }
}
