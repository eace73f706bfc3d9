/// How much of a JSON text is read before it is refused.
public struct JSONLimits: Hashable, Sendable {
  /// Of the text.
  public var bytes: Int
  /// Values in it, at all depths.
  public var values: Int
  /// Arrays and objects within each other.
  public var depth: Int

  public init(bytes: Int, values: Int, depth: Int = 8) {
    self.bytes = bytes
    self.values = values
    self.depth = depth
  }
}

/// Why a text is no JSON that we take.
public struct JSONError: Error, Hashable, Sendable {
  public enum Code: Hashable, Sendable {
    case tooLong, tooManyValues, tooDeep
    case unexpectedByte, unexpectedEnd
    case badNumber, badString, badUTF8
    /// A name stands twice in one object: what one reader takes of it, another may not.
    case duplicateName
    case trailingBytes
  }

  public var code: Code
  /// Bytes from the start.
  public var offset: Int

  public init(_ code: Code, offset: Int) {
    self.code = code
    self.offset = offset
  }
}
