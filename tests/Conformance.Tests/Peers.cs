// Owns where the npm packages of the tests lie.
using Tern.Testing;

namespace Tern.Conformance.Tests;

internal static class Peers
{
    public static string Folder { get; } = Checkout.PathOf("tests", "Conformance.Tests", "peers");
}
