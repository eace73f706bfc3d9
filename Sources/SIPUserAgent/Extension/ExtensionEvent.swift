/// Something that an extension tells the application. The application knows the extensions that it installed, and their events.
public protocol ExtensionEvent: Sendable {}
