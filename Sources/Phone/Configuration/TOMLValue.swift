/// A value in a TOML document, with its place in the text.
struct TOMLValue: Sendable {
  indirect enum Content: Sendable {
    case table([TOMLEntry])
    case array([TOMLValue])
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case date
  }
  var content: Content
  var position: TextPosition

  /// With its article, for a sentence.
  var typeName: String {
    switch content {
    case .table: "a table"
    case .array: "an array"
    case .string: "a string"
    case .integer: "an integer"
    case .float: "a number with a fraction"
    case .boolean: "a boolean"
    case .date: "a date or time"
    }
  }
}

/// One key and its value.
struct TOMLEntry: Sendable {
  var key: String
  var keyPosition: TextPosition
  var value: TOMLValue
}

/// Line and column, from 1; 0 when unknown.
struct TextPosition: Hashable, Sendable {
  var line = 0
  var column = 0
}
