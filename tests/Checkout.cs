// Owns where the checkout lies that a test assembly was built from.
namespace Tern.Testing;

/// <summary>Locates the folder that holds <c>Tern.slnx</c>.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    /// <summary>The absolute path of a file or folder of the checkout.</summary>
    public static string PathOf(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Tern.slnx")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("Tern.slnx is in no folder above the test assembly");
    }
}
