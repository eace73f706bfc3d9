import Phone
import SIPMessages
import SansIO
import Testing

@testable import PhoneTUI

@Suite("Whole screens of 80x24 as text")
struct WholeScreenTests {
  @Test("Screen 1: idle, with one account ready and one that retries")
  func idle() {
    var stage = Stage()
    stage.show(Cast.idle())
    #expect(
      stage.text == """
         1 alice@example.com       ● ready       TLS  2 of 2 flows            Mon 14:07
         2 +4930901820@example.n…  ○ retrying    503 from provider, next try in 18 s
        ────────────────────────────────────────────┬───────────────────────────────────
         CONTACTS                                 4 │ HISTORY   [All] Missed  In  Out
        ▌ Reception              201                │ 13:52 ✗ +49 30 5551234     missed
          Bob Baker              202                │ 13:51 → Clara Weiss         12:41
          Clara Weiss            mobile             │ 11:20 ← Bob Baker            3:05
          田中太郎               301                │ Sun   ↷ Support         elsewhere
                                                    │ Sat   ✗ Taxi                 busy
                                                    │
                                                    │
                                                    │
                                                    │
                                                    │
                                                    │
                                                    │
        ────────────────────────────────────────────┴───────────────────────────────────
         Reception   sip:201@example.com
         no call with them in the history
        ────────────────────────────────────────────────────────────────────────────────
         14:07:00  Network changed. Both flows back in 2 s. No call lost.
         Dial: type a number or an address

         Enter Call  / Find  : Command  d DND  A Auto  R Rules  t Trace  q Quit  ? Help
        """)
  }

  @Test("Screen 6: the ladder and the message under the cursor")
  func trace() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.trace = Cast.trace()
    stage.show(snapshot)
    stage.press(.character("t"), .up, .up)
    #expect(
      stage.text == """
         TRACE  9 messages                     G goes to the newest, secrets are hidden
        ────────────────────────────────────────────────────────────────────────────────
          time     this phone                                network
          14:07:00.044 │◀── 407 Proxy Authentication Require…───│ TLS 192.0.2.17:5061
                 +.003 │─── ACK ───────────────────────────────▶│ TLS 192.0.2.17:5061
                 +.001 │─── INVITE (with auth) ────────────────▶│ TLS 192.0.2.17:5061
                 +.210 │◀── 180 Ringing ────────────────────────│ TLS 192.0.2.17:5061
                +4.120 │◀── 200 OK (answer) ────────────────────│ TLS 192.0.2.17:5061
        ▌        +.002 │─── ACK ───────────────────────────────▶│ TLS 192.0.2.17:5061
          14:08:04.400 │◀── BYE ────────────────────────────────│ TLS 192.0.2.17:5061
                 +.003 │─── 200 OK ────────────────────────────▶│ TLS 192.0.2.17:5061
        ────────────────────────────────────────────────────────────────────────────────
         ACK
         Via: SIP/2.0/TLS 192.0.2.4;branch=z9hG4bK776
         From: <sip:alice@example.com>;tag=456248




        ────────────────────────────────────────────────────────────────────────────────
         14:07:00  Network changed. Both flows back in 2 s. No call lost.


         j/k Move  Enter Full text  G Newest  Esc Back                           ? Help
        """)
  }

  @Test("Help explains the keys of the screen below it")
  func help() {
    var stage = Stage()
    stage.show(Cast.idle())
    stage.press(.character("?"))
    #expect(
      stage.text == """
         HELP  contacts and history                                           109 lines
        ────────────────────────────────────────────────────────────────────────────────
         On this screen
          Enter           Call           Call the selected contact or the number of
                                         the selected call.
          F3              Call as        Choose the account of the next call; the line
                                         of the number shows it.
          Tab Right       Pane           Go to the next pane: contacts, history, dial.
          Shift-Tab Left  Pane           Go to the pane before.
          f               Filter         Show all calls, only missed, incoming or
                                         outgoing ones.
          d               DND            Do not disturb: callers hear busy, nothing
                                         rings.
          0-9 + * #       Dial           Begin to type a number; sip: begins an
                                         address.

         Everywhere
          a F1            Answer         Answer the call that rings. Your microphone
                                         opens.
        ────────────────────────────────────────────────────────────────────────────────
         14:07:00  Network changed. Both flows back in 2 s. No call lost.


         / Search  j/k Move  Esc Back
        """)
  }

  @Test("Screen 1 on a terminal without Unicode: not one byte above 127")
  func ascii() {
    var stage = Stage(options: TUIOptions(glyphs: .ascii))
    stage.show(Cast.idle())
    #expect(
      stage.text == """
         1 alice@example.com       * ready       TLS  2 of 2 flows            Mon 14:07
         2 +4930901820@example.n~  o retrying    503 from provider, next try in 18 s
        --------------------------------------------+-----------------------------------
         CONTACTS                                 4 | HISTORY   [All] Missed  In  Out
        > Reception              201                | 13:52 x +49 30 5551234     missed
          Bob Baker              202                | 13:51 > Clara Weiss         12:41
          Clara Weiss            mobile             | 11:20 < Bob Baker            3:05
          ????                   301                | Sun   ^ Support         elsewhere
                                                    | Sat   x Taxi                 busy
                                                    |
                                                    |
                                                    |
                                                    |
                                                    |
                                                    |
                                                    |
        --------------------------------------------+-----------------------------------
         Reception   sip:201@example.com
         no call with them in the history
        --------------------------------------------------------------------------------
         14:07:00  Network changed. Both flows back in 2 s. No call lost.
         Dial: type a number or an address

         Enter Call  / Find  : Command  d DND  A Auto  R Rules  t Trace  q Quit  ? Help
        """)
    #expect(stage.text.utf8.allSatisfy { $0 < 128 })
  }

  @Test("A phone that was just installed says what to do")
  func empty() {
    var stage = Stage()
    stage.show(PhoneSnapshot())
    #expect(
      stage.text == """
         No account is set up: nobody can call you by name.                   Mon 14:07
        ────────────────────────────────────────────┬───────────────────────────────────
         CONTACTS                                 0 │ HISTORY   [All] Missed  In  Out
                                                    │
          No contacts yet.                          │  No calls yet.
          Type a number or an address to call it.   │
                                                    │
                                                    │
                                                    │
                                                    │
                                                    │
                                                    │
                                                    │
                                                    │
                                                    │
                                                    │
        ────────────────────────────────────────────┴───────────────────────────────────


        ────────────────────────────────────────────────────────────────────────────────
         Nothing has happened yet.
         Dial: type a number or an address

         (Enter Call)  / Find  : Command  d DND  A Auto  R Rules  t Trace        ? Help
        """)
  }
}
