/// One element of an XML document, with what is in it.
///
/// Read with `XMLElement(parsing:)`, which is strict and bounded: UTF-8 only, no document type declaration and so no entities but
/// the five of XML itself and characters by number; nothing is ever fetched.
public struct XMLElement: Hashable, Sendable {
  public struct Attribute: Hashable, Sendable {
    /// Empty for an attribute without a prefix, which belongs to its element.
    public var namespace: String
    public var name: String
    public var value: String
  }

  /// The URI of the namespace; empty for none.
  public var namespace: String
  /// Without a prefix.
  public var name: String
  public var attributes: [Attribute]
  public var children: [XMLElement]
  /// The characters directly within this element, those of its children left out.
  public var text: String

  /// The root of a document. Throws when the document is not well-formed, or larger, deeper or richer than `limits` allow.
  public init(parsing bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) {
    var reader = XMLReader(bytes, limits)
    self = try reader.document()
  }

  init(namespace: String, name: String, attributes: [Attribute]) {
    self.namespace = namespace
    self.name = name
    self.attributes = attributes
    children = []
    text = ""
  }

  /// The value of an attribute without a prefix; nil when there is none.
  public subscript(_ attribute: String) -> String? {
    attributes.first { $0.name == attribute && $0.namespace.isEmpty }?.value
  }

  /// The children of that name in this element's own namespace, in order.
  public func all(_ name: String) -> [XMLElement] {
    children.filter { $0.name == name && $0.namespace == namespace }
  }

  public func first(_ name: String) -> XMLElement? {
    children.first { $0.name == name && $0.namespace == namespace }
  }
}

/// How much of a stranger's XML is read.
public struct XMLLimits: Hashable, Sendable {
  public var bytes = 65_536
  public var depth = 16
  public var elements = 2048
  /// Of one element.
  public var attributes = 32

  public init() {}
}

/// Why a document cannot be read.
public struct XMLError: Error, Hashable, Sendable {
  public enum Code: Hashable, Sendable {
    case malformed
    /// It is no UTF-8, or says that it is something else.
    case encoding
    /// It has a document type declaration, which is where entities come from.
    case documentType
    /// A name that XML itself does not define.
    case unknownEntity
    /// A prefix without a namespace.
    case unknownPrefix
    case tooLarge
  }

  public var code: Code
  /// In bytes from the beginning.
  public var offset: Int
}
