import Glibc
import Simulation

exit(await Simulate.main(Array(CommandLine.arguments.dropFirst())))
