/// How much of a message is believed before it is refused.
public enum MessageLimits {
  /// Bytes of one message on a stream. A datagram cannot hold more; on a stream nothing else ends what a peer makes us store.
  public static let messageSize = 65_536
  /// Bytes of the head on a stream, before Content-Length is known. Half a message is far beyond a head with certificates'
  /// signatures in it, and leaves room for a body.
  public static let headSize = 32_768
  /// Header fields of one message. The longest in RFC 4475 has about 60; each costs us a slot and, in lists, a parse.
  public static let fieldCount = 256
  /// Bytes of one field with its folded lines. A PASSporT or a SAML assertion takes two to eight thousand.
  public static let fieldSize = 16_384
  /// Parts of one multipart body. Real ones have two or three.
  public static let bodyParts = 32
  /// CRLF pairs that may stand before a message on a stream; RFC 5626 keep-alive is two, and each is answered at once.
  public static let leadingLineEnds = 16
}
