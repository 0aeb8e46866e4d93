// Owns where tests find the conformance data that lies beside the checkout, and what happens when it is absent:
// locally such tests are reported as skipped with the reason; with TERN_REQUIRE_SHARED=1 (CI) they fail.
namespace Tern.Testing;

/// <summary>Locates the data folder <c>../shared</c>, or the folder named by <c>TERN_SHARED</c>.</summary>
internal static class SharedData
{
    public static string? Root { get; } = Find();

    public static bool Required => Environment.GetEnvironmentVariable("TERN_REQUIRE_SHARED") == "1";

    public static string? SkipReason =>
        Root is null && !Required ? "the shared conformance data is absent (set TERN_SHARED to its folder)" : null;

    /// <summary>The absolute path of a file or folder below the data folder.</summary>
    public static string PathOf(params string[] parts) =>
        System.IO.Path.Combine([
            Root ?? throw new DirectoryNotFoundException("the shared conformance data is required but absent"),
            .. parts,
        ]);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("TERN_SHARED") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared");
            if (File.Exists(System.IO.Path.Combine(candidate, "conformance", "README.md")))
                return candidate;
        }
        return null;
    }
}

/// <summary>A fact that needs the shared data.</summary>
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedData.SkipReason;
}

/// <summary>A theory that needs the shared data; its member data is only read when the data is there.</summary>
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedData.SkipReason;
}
