// Owns where the npm packages of the tests lie.
namespace Tern.Conformance.Tests;

internal static class Peers
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tern.slnx")))
                return Path.Combine(folder.FullName, "tests", "Conformance.Tests", "peers");
        }
        throw new DirectoryNotFoundException("Tern.slnx is in no folder above the test assembly");
    }
}
