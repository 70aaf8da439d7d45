import ArgumentParser
import Console
@main struct Surety: AsyncParsableCommand {}
