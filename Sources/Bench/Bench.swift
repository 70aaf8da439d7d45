import ArgumentParser
@main struct Surety: AsyncParsableCommand {}
