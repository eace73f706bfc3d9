/// The ladders of RFC 3665 sections 2.1 and 3.1 to 3.11, as the simulation plays them; each says where it differs from the RFC's
/// own picture.
/// Section 3.5 is not played: an application level gateway answers the call itself, rewrites session descriptions and carries the
/// sound, and nothing in this house is one.
enum CallFlow {
  /// Section 2.1: without credentials, challenged, with credentials.
  static let registration = """
     bob                    proxy
      |------ REGISTER ------>|
      |<- 401 Unauthorized  --|
      |------ REGISTER ------>|
      |<- 200 OK (REGISTER) --|
    """

  /// Section 3.1: nobody between the two.
  static let direct = """
    alice                    bob
      |------ INVITE + ------>|
      |<---- 180 Ringing -----|
      |<----- 200 OK + -------|
      |--------- ACK -------->|
      |<-------- BYE ---------|
      |---- 200 OK (BYE) ---->|
    """

  /// Section 3.2: each proxy says 100 and stays on the way of ACK and BYE by Record-Route.
  static let twoProxies = """
    alice                proxy 1               proxy 2                 bob
      |----- INVITE + ----->|                     |                     |
      |<--- 100 Trying -----|                     |                     |
      |                     |----- INVITE + ----->|                     |
      |                     |<--- 100 Trying -----|                     |
      |                     |                     |----- INVITE + ----->|
      |                     |                     |<--- 180 Ringing ----|
      |                     |<--- 180 Ringing ----|                     |
      |<--- 180 Ringing ----|                     |                     |
      |                     |                     |<---- 200 OK + ------|
      |                     |<---- 200 OK + ------|                     |
      |<---- 200 OK + ------|                     |                     |
      |-------- ACK ------->|                     |                     |
      |                     |-------- ACK ------->|                     |
      |                     |                     |-------- ACK ------->|
      |                     |                     |<------- BYE --------|
      |                     |<------- BYE --------|                     |
      |<------- BYE --------|                     |                     |
      |--- 200 OK (BYE) --->|                     |                     |
      |                     |--- 200 OK (BYE) --->|                     |
      |                     |                     |--- 200 OK (BYE) --->|
    """

  /// Section 3.3, with one realm where the RFC has two.
  static let authentication = """
    alice                   proxy                    bob
      |------ INVITE + ------>|                       |
      |<- 407 Proxy Authent --|                       |
      |--------- ACK -------->|                       |
      |------ INVITE + ------>|                       |
      |<---- 100 Trying ------|                       |
      |                       |------ INVITE + ------>|
      |                       |<---- 180 Ringing -----|
      |<---- 180 Ringing -----|                       |
      |                       |<----- 200 OK + -------|
      |<----- 200 OK + -------|                       |
      |--------- ACK -------->|                       |
      |                       |--------- ACK -------->|
      |--------- BYE -------->|                       |
      |                       |--------- BYE -------->|
      |                       |<--- 200 OK (BYE) -----|
      |<--- 200 OK (BYE) -----|                       |
    """

  /// Section 3.4: seven INVITEs in 32 s, then the next server; the RFC draws the same.
  static let deadProxy = """
    alice              proxy 1             proxy 2               bob
      |---- INVITE + ---->|                   |                   |
      |---- INVITE + ---->|                   |                   |
      |---- INVITE + ---->|                   |                   |
      |---- INVITE + ---->|                   |                   |
      |---- INVITE + ---->|                   |                   |
      |---- INVITE + ---->|                   |                   |
      |---- INVITE + ---->|                   |                   |
      |-------------- INVITE + -------------->|                   |
      |<------------ 100 Trying --------------|                   |
      |                   |                   |---- INVITE + ---->|
      |                   |                   |<-- 180 Ringing ---|
      |<------------ 180 Ringing -------------|                   |
      |                   |                   |<--- 200 OK + -----|
      |<------------- 200 OK + ---------------|                   |
      |----------------- ACK ---------------->|                   |
      |                   |                   |------- ACK ------>|
    """

  /// Section 3.6, with a redirect server and no proxy behind it.
  static let redirect = """
    alice                 redirect                   bob
      |------ INVITE + ------>|                       |
      |<- 302 Moved Tempora --|                       |
      |--------- ACK -------->|                       |
      |------------------ INVITE + ------------------>|
      |<---------------- 180 Ringing -----------------|
      |<----------------- 200 OK + -------------------|
      |--------------------- ACK -------------------->|
    """

  /// Section 3.7, where the re-INVITEs hold and resume in place of a new address.
  static let hold = """
    alice                    bob
      |------ INVITE + ------>|
      |<---- 180 Ringing -----|
      |<----- 200 OK + -------|
      |--------- ACK -------->|
      |------ INVITE + ------>|
      |<----- 200 OK + -------|
      |--------- ACK -------->|
      |------ INVITE + ------>|
      |<----- 200 OK + -------|
      |--------- ACK -------->|
    """

  /// Section 3.8: the caller gives up while it rings.
  static let noAnswer = """
    alice                proxy 1               proxy 2                 bob
      |----- INVITE + ----->|                     |                     |
      |<--- 100 Trying -----|                     |                     |
      |                     |----- INVITE + ----->|                     |
      |                     |<--- 100 Trying -----|                     |
      |                     |                     |----- INVITE + ----->|
      |                     |                     |<--- 180 Ringing ----|
      |                     |<--- 180 Ringing ----|                     |
      |<--- 180 Ringing ----|                     |                     |
      |------ CANCEL ------>|                     |                     |
      |<- 200 OK (CANCEL) --|                     |                     |
      |                     |------ CANCEL ------>|                     |
      |                     |<- 200 OK (CANCEL) --|                     |
      |                     |                     |------ CANCEL ------>|
      |                     |                     |<- 200 OK (CANCEL) --|
      |                     |                     |<- 487 Request Ter --|
      |                     |                     |-------- ACK ------->|
      |                     |<- 487 Request Ter --|                     |
      |                     |-------- ACK ------->|                     |
      |<- 487 Request Ter --|                     |                     |
      |-------- ACK ------->|                     |                     |
    """

  /// Section 3.9: busy at once, without ringing.
  static let busy = """
    alice                proxy 1               proxy 2                 bob
      |----- INVITE + ----->|                     |                     |
      |<--- 100 Trying -----|                     |                     |
      |                     |----- INVITE + ----->|                     |
      |                     |<--- 100 Trying -----|                     |
      |                     |                     |----- INVITE + ----->|
      |                     |                     |<-- 486 Busy Here ---|
      |                     |                     |-------- ACK ------->|
      |                     |<-- 486 Busy Here ---|                     |
      |                     |-------- ACK ------->|                     |
      |<-- 486 Busy Here ---|                     |                     |
      |-------- ACK ------->|                     |                     |
    """

  /// Section 3.10: seven INVITEs reach nobody; proxy 2 then says 408, as RFC 3261 section 16.8 has it, where the picture says 480.
  static let noResponse = """
    alice                proxy 1               proxy 2                 bob
      |----- INVITE + ----->|                     |                     |
      |<--- 100 Trying -----|                     |                     |
      |                     |----- INVITE + ----->|                     |
      |                     |<--- 100 Trying -----|                     |
      |                     |                     |----- INVITE + -----x|
      |                     |                     |----- INVITE + -----x|
      |                     |                     |----- INVITE + -----x|
      |                     |                     |----- INVITE + -----x|
      |                     |                     |----- INVITE + -----x|
      |                     |                     |----- INVITE + -----x|
      |                     |                     |----- INVITE + -----x|
      |                     |<- 408 Request Tim --|                     |
      |                     |-------- ACK ------->|                     |
      |<- 408 Request Tim --|                     |                     |
      |-------- ACK ------->|                     |                     |
    """

  /// Section 3.11: it rings, and nobody is there after all.
  static let unavailable = """
    alice                proxy 1               proxy 2                 bob
      |----- INVITE + ----->|                     |                     |
      |<--- 100 Trying -----|                     |                     |
      |                     |----- INVITE + ----->|                     |
      |                     |<--- 100 Trying -----|                     |
      |                     |                     |----- INVITE + ----->|
      |                     |                     |<--- 180 Ringing ----|
      |                     |<--- 180 Ringing ----|                     |
      |<--- 180 Ringing ----|                     |                     |
      |                     |                     |<- 480 Temporarily --|
      |                     |                     |-------- ACK ------->|
      |                     |<- 480 Temporarily --|                     |
      |                     |-------- ACK ------->|                     |
      |<- 480 Temporarily --|                     |                     |
      |-------- ACK ------->|                     |                     |
    """
}
