import SIPMessages
import Testing

@Suite("RFC 8259, strictly, and base64 for URLs")
struct JSONTests {
  private static let limits = JSONLimits(bytes: 10_000, values: 100)

  private func parse(_ text: String) -> Result<JSONValue, JSONError> {
    do throws(JSONError) {
      return .success(try JSONValue(parsing: Array(text.utf8), limits: Self.limits))
    } catch {
      return .failure(error)
    }
  }

  @Test("What is read is written again")
  func roundTrip() throws {
    for text in [
      #"{"a":[1,-2,true,false,null,"x"],"b":{}}"#, "[]", "\"\"", "0", "-1", "1.5", "1e9", #"{"n":12345678901234567890123}"#,
    ] { #expect(try parse(text).get().text == text) }
    #expect(try parse(" { \"a\" :\t1 , \"b\":[ ] }\r\n").get().text == #"{"a":1,"b":[]}"#)
    #expect(try parse(#""\u00e9\n\ud83d\ude00\/""#).get() == .string("é\n😀/"))
  }

  @Test("Names stand in order in the canonical form, at every depth")
  func canonical() throws {
    let value = try parse(#"{"b":{"z":1,"a":2},"a":[{"d":1,"c":2}]}"#).get()
    #expect(value.canonical.text == #"{"a":[{"c":2,"d":1}],"b":{"a":2,"z":1}}"#)
  }

  @Test("What is no JSON is refused, and so is a name that stands twice")
  func refused() {
    let cases: [(String, JSONError.Code)] = [
      (#"{"a":1,"a":2}"#, .duplicateName), ("[1,]", .unexpectedByte), ("{1:2}", .unexpectedByte), ("01", .badNumber),
      ("1.", .badNumber), ("tru", .unexpectedEnd), ("[1] x", .trailingBytes), ("\"\u{1}\"", .badString), (#""\x""#, .badString),
      (#""\ud800""#, .badString), (#""\udc00""#, .badString), ("\"abc", .unexpectedEnd), ("", .unexpectedEnd),
      ("NaN", .unexpectedByte),
      ("{'a':1}", .unexpectedByte), (String(repeating: "[", count: 100), .tooDeep),
      (String(repeating: " ", count: 10_001), .tooLong),
      ("[" + Array(repeating: "1", count: 200).joined(separator: ",") + "]", .tooManyValues),
    ]
    for (text, code) in cases {
      guard case .failure(let error) = parse(text) else {
        Issue.record("\(text.prefix(30)) was taken")
        continue
      }
      #expect(error.code == code, "\(text.prefix(30))")
    }
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22], limits: Self.limits) }
  }

  @Test("Base64 has one form for each value")
  func base64() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 251) }
      #expect(Base64URL.decode(Base64URL.encode(bytes).utf8) == bytes)
    }
    #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
    for text in ["a", "ab=", "a+b/", "ab ", "aB", "-_9"] where text != "aB" {
      #expect(Base64URL.decode(text.utf8) == nil, "\(text)")
    }
    #expect(Base64URL.decode("aB".utf8) == nil)
  }

  @Test("An Identity header field: whole, compact, several, with and without quotes")
  func identity() throws {
    let full = try Identity(#"aaa.bbb.ccc;info=<https://a.example/x;y>;alg=ES256;ppt="shaken";x=1"#)
    #expect(full.digest == "aaa.bbb.ccc" && full.info == "https://a.example/x;y" && full.algorithm == "ES256")
    #expect(full.ppt == "shaken")
    #expect(try Identity(full.text) == full)
    let compact = try Identity("..ccc ; info=<https://a.example/x>;ppt=SHAKEN")
    #expect(compact.digest == "..ccc" && compact.ppt == "shaken")
    var fields = HeaderFields()
    fields.append(full)
    fields.append(compact)
    #expect(try fields.all(Identity.self) == [full, compact])
    for text in ["", ";info=<x>", "a b", "a\u{7F}", String(repeating: "a", count: Identity.longestDigest + 1)] {
      #expect(throws: HeaderError.self) { try Identity(text) }
    }
  }
}
