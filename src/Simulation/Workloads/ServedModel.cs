// Owns which models are served, and what requests call them.
using Tern.Scheduling.Latency;

namespace Tern.Simulation.Workloads;

/// <summary>A model and the name under which requests ask for it (<see cref="TraceRequest.Model"/>).</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Shape">What it is.</param>
public sealed record ServedModel(string Name, ModelShape Shape)
{
    /// <summary>
    /// Reads <c>llama-7b,llama-13b</c>: names of <see cref="ModelCatalog"/>, each served under that name, or as <c>chat=llama-7b</c>
    /// under another.
    /// </summary>
    /// <exception cref="ModelNameException">A name is unknown, missing, or there twice.</exception>
    public static IReadOnlyList<ServedModel> List(string text)
    {
        var models = new List<ServedModel>();
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = entry.IndexOf('=');
            var (name, shape) = equals < 0 ? (entry, entry) : (entry[..equals], entry[(equals + 1)..]);
            if (name.Length == 0)
                throw new ModelNameException(
                    $"models '{text}'",
                    "a name is missing; give them as a,b or name=a,other=b"
                );
            if (models.Any(model => model.Name == name))
                throw new ModelNameException(
                    $"model '{name}'",
                    $"it is named twice; name it once, or tell two of a kind apart, as in one={shape},other={shape}"
                );
            models.Add(new ServedModel(name, ShapeOf(shape)));
        }
        return models;
    }

    /// <summary>The dimensions of a model.</summary>
    /// <exception cref="ModelNameException">There is no such model; the message lists those there are.</exception>
    internal static ModelShape ShapeOf(string name) =>
        ModelCatalog.All.FirstOrDefault(model => model.Name == name)
        ?? throw new ModelNameException(
            $"model '{name}'",
            $"unknown; known are {string.Join(", ", ModelCatalog.All.Select(model => model.Name))}"
        );

    /// <summary>As it is written: <c>chat=llama-7b</c>.</summary>
    public override string ToString() => Name == Shape.Name ? Name : $"{Name}={Shape.Name}";
}
