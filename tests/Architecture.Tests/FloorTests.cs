// Owns the proof that projects reference only lower floors. The table is the design's; a new edge is a decision.
using System.Xml.Linq;

namespace Tern.Architecture.Tests;

public class FloorTests
{
    private static readonly Dictionary<string, string[]> s_mayReference = new(StringComparer.Ordinal)
    {
        ["Scheduling"] = [],
        ["Simulation"] = ["Scheduling"],
        ["Tensors"] = [],
        ["Tokenizers"] = [],
        ["Kernels"] = ["Tensors"],
        ["Formats"] = ["Tensors"],
        ["Models"] = ["Kernels", "Formats", "Tensors"],
        ["Engine"] = ["Models", "Kernels", "Formats", "Tensors", "Tokenizers", "Scheduling"],
        ["Server"] = ["Engine", "Tokenizers"],
        ["Training"] = ["Engine", "Models", "Kernels", "Formats", "Tensors", "Tokenizers"],
        ["Cli"] =
        [
            "Server",
            "Engine",
            "Models",
            "Kernels",
            "Formats",
            "Tensors",
            "Tokenizers",
            "Scheduling",
            "Simulation",
            "Training",
        ],
    };

    private static readonly string[] s_mayBeUnsafe = ["Tensors", "Kernels", "Transfer"];

    public static TheoryData<string> Projects =>
        [
            .. new DirectoryInfo(Path.Combine(Repository.Root, "src"))
                .GetDirectories()
                .Select(folder => folder.Name)
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_lower_floors(string project)
    {
        Assert.True(s_mayReference.ContainsKey(project), $"{project} is in no row of the floor table");
        var references = Load(project)
            .Descendants("ProjectReference")
            .Select(x => Path.GetFileNameWithoutExtension((string)x.Attribute("Include")!));
        Assert.Empty(references.Except(s_mayReference[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Unsafe_code_stays_where_memory_is_the_subject(string project)
    {
        bool isUnsafe = Load(project).Descendants("AllowUnsafeBlocks").Any(x => (string)x == "true");
        Assert.True(!isUnsafe || s_mayBeUnsafe.Contains(project), $"{project} may not contain unsafe code");
    }

    private static XDocument Load(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"));
}
