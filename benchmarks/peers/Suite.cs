// Owns the walk through shapes, types and tests: what is measured already is not measured again.
using Tern.Cli.RandomModels;
using Tern.Cli.Terminal;
using Tern.Formats.Gguf;

namespace Tern.Peers;

/// <summary>Shapes by types.</summary>
internal sealed class Suite(
    IReadOnlyList<ModelShape> shapes,
    IReadOnlyList<GgufFileType> types,
    ComparisonSettings settings,
    CancellationToken cancellation
)
{
    /// <summary>Names of the shapes.</summary>
    public IReadOnlyList<string> Shapes { get; } = [.. shapes.Select(shape => shape.Name)];

    /// <summary>Names of the types.</summary>
    public IReadOnlyList<string> Types { get; } = [.. types.Select(type => type.ToString())];

    /// <summary>The tests of one model that are still to be measured: those without a result, with fewer pairs than
    /// wanted, or without the peer that there is now.</summary>
    public static IReadOnlyList<Workload> Missing(
        ResultsFile results,
        ComparisonSettings settings,
        string shape,
        string type
    ) =>
        [
            .. settings.Tests.Where(test =>
                results.Find(settings.Processor, settings.Threads, shape, type, test.Title) is not { } known
                || known.Speeds.Tern.Length < settings.Pairs
                || (!known.HasPeer && settings.LlamaServer is not null)
            ),
        ];

    /// <summary>Measures what is missing and adds each result as soon as it is there.</summary>
    public async Task MeasureAsync(ResultsFile results)
    {
        foreach (var (shape, type) in Models())
        {
            var missing = Missing(results, settings, shape.Name, type.ToString());
            if (missing.Count == 0)
                continue;
            using var status = new StatusLine("measuring");
            var model = RandomModels.Get(shape, type, cancellation);
            using var contest = new Contest(model, settings, status.Update, cancellation);
            foreach (var test in missing)
            {
                var outcome = await contest.RunAsync(test);
                results.Add(outcome);
                status.Say($"{shape.Name} {type}, {test.Title}: {SpeedTable.Ratio(outcome)}");
            }
        }
    }

    /// <summary>Compares the logits of every model; writes a line for each.</summary>
    /// <returns>Whether both programs compute the same networks.</returns>
    public bool Check(TextWriter writer)
    {
        bool isSame = true;
        foreach (var (shape, type) in Models())
        {
            var model = RandomModels.Get(shape, type, cancellation);
            using var contest = new Contest(model, settings, _ => { }, cancellation);
            var found = contest.Check();
            writer.WriteLine($"{model.Shape} {model.Type}: {found.Text()}");
            isSame &= found.IsSameNetwork;
        }
        return isSame;
    }

    private IEnumerable<(ModelShape Shape, GgufFileType Type)> Models() =>
        from shape in shapes
        from type in types
        select (shape, type);
}
