import Foundation

/// A throw-away PostgreSQL cluster with a real server, reached through a socket in its own directory.
///
/// A small shell script looks after the server: it stops it and removes everything when this process closes the pipe
/// to it, which also happens when this process is killed.
public final class PostgreSQLCluster: Sendable {
  /// The directory of the socket.
  public let directory: String
  private let commands: FileHandle
  private let answers: FileHandle

  /// The cluster that tests of this process share, started at the first use.
  public static let shared = Result { try PostgreSQLCluster() }

  /// Makes a cluster and starts its server.
  /// - Parameters:
  ///   - base: the directory below which it lives; the system's temporary one by default.
  ///   - options: further options of the server.
  ///   - primary: the cluster to be a standby of.
  /// - Throws: ``TestSetupError`` when PostgreSQL is not installed or does not start.
  public init(in base: String? = nil, options: String = "", standbyOf primary: PostgreSQLCluster? = nil) throws {
    let parent = base ?? FileManager.default.temporaryDirectory.path
    directory = "\(parent)/surety-pg-\(UUID().uuidString.prefix(8))"
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", Self.script, "surety-pg", directory, options, primary?.directory ?? ""]
    let (input, output) = (Pipe(), Pipe())
    process.standardError = FileHandle.nullDevice
    try ChildProcess.start(process) { process in
      process.standardInput = input
      process.standardOutput = output
      return [input, output]
    }
    (commands, answers) = (input.fileHandleForWriting, output.fileHandleForReading)
    try expect("ready")
  }

  private static let script = #"""
    directory=$1; options=$2; primary=$3
    bin=$(dirname "$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)")
    [ -x "$bin/initdb" ] || bin=$(dirname "$(readlink -f "$bin/initdb")")
    [ -x "$bin/initdb" ] || { echo "missing"; exit 1; }
    bin=$(dirname "$(readlink -f "$bin/initdb")")
    mkdir -p "$directory"; cd "$directory" || exit 1
    as=""
    if [ "$(id -u)" = 0 ]; then chown postgres: "$directory"; as="setpriv --reuid=postgres --regid=postgres --clear-groups"; fi
    finish() { [ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null && wait "$pid"; cd /; rm -rf "$directory"; exit 0; }
    ready() { "$bin/pg_isready" -q -h "$directory" -U surety -d postgres; }
    start() {
      # A server that restarts by itself after a crash of one of its processes is only waited for.
      while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; do ready && return 0; sleep 0.1; done
      for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        $as "$bin/postgres" -D "$directory/data" -k "$directory" -c listen_addresses= -c max_connections=400 $options >> "$directory/log" 2>&1 &
        pid=$!
        while kill -0 "$pid" 2>/dev/null; do
          ready && return 0
          sleep 0.05
        done
        wait "$pid"; sleep 0.2
      done
      return 1
    }
    touch log; [ -n "$as" ] && chown postgres: log
    if [ -n "$primary" ]; then
      $as "$bin/pg_basebackup" -h "$primary" -U surety -D "$directory/data" -R -X stream -c fast >> log 2>&1 || { echo "failed"; exit 1; }
    else
      $as "$bin/initdb" -D "$directory/data" -U surety -A trust -E UTF8 --locale=C --no-sync >> log 2>&1 || { echo "failed"; exit 1; }
    fi
    start && echo ready || echo failed
    while read -r command; do
      case $command in
        start) start && echo started || echo failed ;;
        kill) kill -9 "$pid"; wait "$pid" 2>/dev/null; pid=; echo killed ;;
        promote) $as "$bin/pg_ctl" promote -w -D "$directory/data" >> log 2>&1 && echo promoted || echo failed ;;
        stop) kill -INT "$pid"; wait "$pid"; pid=; echo stopped ;;
      esac
    done
    finish
    """#

  /// Ends the server with SIGKILL, as a crash would.
  public func kill() throws { try command("kill", answer: "killed") }

  /// Shuts the server down, breaking all connections.
  public func stop() throws { try command("stop", answer: "stopped") }

  /// Makes a standby the primary.
  public func promote() throws { try command("promote", answer: "promoted") }

  /// Runs a statement outside a transaction.
  public func run(_ sql: String) async throws {
    let result = try await Command.run("psql", ["-q", "-v", "ON_ERROR_STOP=1", "-c", sql, url()])
    guard result.status == 0 else { throw TestSetupError(description: "psql: \(result.errors)") }
  }

  /// Starts the server again.
  public func start() throws { try command("start", answer: "started") }

  /// Ends the server and removes the cluster.
  public func remove() {
    try? commands.close()
    // The script closes its end when it is done.
    _ = try? answers.readToEnd()
  }

  private func command(_ command: String, answer: String) throws {
    try commands.write(contentsOf: Data("\(command)\n".utf8))
    try expect(answer)
  }

  private func expect(_ answer: String) throws {
    var line = Data()
    while let byte = try answers.read(upToCount: 1), !byte.isEmpty, byte != Data("\n".utf8) { line.append(byte) }
    guard line == Data(answer.utf8) else {
      throw TestSetupError(
        description: "PostgreSQL did not start (\(String(decoding: line, as: UTF8.self))). "
          + "scripts/bootstrap installs it; the server's log is \(directory)/log")
    }
  }

  /// The location of one of its databases.
  public func url(database: String = "postgres") -> String {
    "postgres:///\(database)?host=\(directory)&user=surety"
  }
}

/// Why something that a test needs is not there.
public struct TestSetupError: Error, CustomStringConvertible {
  public let description: String

  public init(description: String) { self.description = description }
}
