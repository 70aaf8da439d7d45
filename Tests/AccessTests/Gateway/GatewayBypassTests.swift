import Primitives
import TestKit
import Testing

@testable import Access

/// Ways to write a request so that a weaker rule is asked than the shop's page deserves.
@Suite struct `A rule of the gateway` {
  @Test func `is not walked around by another writing of path or method`() async throws {
    // An engineer may come to the admin panel, but not to the customers in it.
    try await `The gateway`.with(role: "engineer") { guarded async throws in
      for (target, method, expected) in [
        ("/admin/customers", "GET", "role-not-allowed"),
        ("/admin/customers?\u{301}", "GET", "role-not-allowed"),
        ("/admin/customers?\u{301}=1", "GET", "role-not-allowed"),
        ("/admin/customers", "get", "role-not-allowed"), ("/admin/customers", "Get", "role-not-allowed"),
        ("/admin/customers", "HEAD", "role-not-allowed"),
        ("/admin/customers%3Fx", "GET", "path-ambiguous"), ("/admin/customers#x", "GET", "path-ambiguous"),
        ("/admin/customers%23x", "GET", "path-ambiguous"), ("/admin/customers\u{301}", "GET", "path-ambiguous"),
        ("/admin/Customers", "GET", "path-ambiguous"), ("/ADMIN/customers/7", "GET", "path-ambiguous"),
        ("/admin/static#/../customers", "GET", "path-ambiguous"),
        ("/Admin/static/logo.svg", "GET", "path-ambiguous"), ("/admin/static/Logo.SVG", "GET", "open"),
        ("/admin/customers", "", "method-unusable"), ("/admin/customers", "GET POST", "method-unusable"),
      ] {
        let word = `The gateway`.word(try await guarded.ask(target, method))
        #expect(word == expected, "\(method) \(target)")
      }
    }
  }

  /// However each letter is written, large, small or encoded, nobody passes whom the rule refuses.
  @Test func `holds in every writing of its path`() async throws {
    var generator = SeededGenerator(seed: 11)
    try await `The gateway`.with(role: "engineer") { guarded async throws in
      for _ in 0..<2_000 {
        let target = "/admin/customers/7".utf8.map { byte -> String in
          let isLetter = (0x61...0x7a).contains(byte)
          switch generator.next() % 12 {
          case 0 where isLetter: return String(UnicodeScalar(byte - 0x20))
          case 1: return "%" + Hexadecimal.encode([byte])
          case 2: return "%25" + Hexadecimal.encode([byte])
          case 3 where isLetter: return "%" + Hexadecimal.encode([byte - 0x20])
          default: return String(UnicodeScalar(byte))
          }
        }.joined()
        let word = `The gateway`.word(try await guarded.ask(target))
        #expect(["role-not-allowed", "path-ambiguous", "no-rule"].contains(word), "seed 11: \(target): \(word)")
      }
    }
  }

  @Test func `can mean one path, any segment, and nobody`() throws {
    let yaml = """
      console: https://surety.example
      hosts:
        - host: a.example
          rules:
            - {path: /, exact: true, public: true}
            - {path: /shops/*/keys, deny: true}
            - {path: /shops, roles: [owner]}
      """
    let rules = try GatewayRules(Array(yaml.utf8), file: "gateway.yaml", roles: RoleTable.shipped())
    for (target, expected) in [
      ("/", "open"), ("/?x", "open"), ("/x", "no-rule"), ("/shops", "3"), ("/shops/7", "3"), ("/shops/keys", "3"),
      ("/shops/7/keys", "denied-by-rule 2"), ("/shops/7/keys/new", "denied-by-rule 2"),
      ("/shops/7/Keys", "path-ambiguous"),
    ] {
      let request = Gateway.Request(host: "a.example", method: "GET", target: target, address: "")
      let word =
        switch rules.ruling(on: request, at: "a.example") {
        case .open: "open"
        case .member(_, let rule): "\(rule)"
        case .deny(let reason, let rule): reason + (rule.map { " \($0)" } ?? "")
        }
      #expect(word == expected, "\(target)")
    }
  }
}
