import SIPMessages
import Testing

@Suite("RFC 3323 section 4.2, RFC 3325 section 9.3: Privacy")
struct PrivacyTests {
  private func fields(_ values: String...) -> HeaderFields {
    var fields = HeaderFields()
    for value in values { fields.append(name: .privacy, value: value) }
    return fields
  }

  @Test(
    "Whoever names id, user or header is not to be shown, whatever stands beside it",
    arguments: ["id", "ID", "user", "header", "session;id", "id;critical", "header , user", "critical; user; session"])
  func withheld(_ value: String) {
    #expect(fields(value).withholdsIdentity)
  }

  @Test(
    "Other words, none, and what cannot be read ask for nothing",
    arguments: ["none", "session", "critical", "session;critical", "ident", "id=1", "id;", "\"id\"", ""])
  func shown(_ value: String) {
    #expect(!fields(value).withholdsIdentity)
    #expect(!HeaderFields().withholdsIdentity)
  }
}
