import Access
import ArgumentParser

/// A command that works on an installation. It names what it lets its caller do, as every route of the console does, and
/// there is no way to come to an ``Installation`` without: whether the operator may is asked of the `Authorizer` first.
protocol ActingCommand: AsyncParsableCommand {
  static var action: Action { get }
}

/// A command that works on no installation, so that there is nothing to be allowed.
protocol StandaloneCommand: ParsableCommand {}
