extension Conduct {
  /// Files that nobody should be able to fetch, by their paths.
  var leaks: [String: LeakedFile] {
    Dictionary(
      LeakedFile.all.filter { has($0.weakness) }.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
