// Owns both programs on one file: loads them when they are first needed, and measures the machine around each test.
using System.Reflection;
using Tern.Cli;
using Tern.Peers.LlamaCpp;
using Tern.Peers.Serving;

namespace Tern.Peers;

/// <summary>The comparison on one file.</summary>
/// <param name="model">The file.</param>
/// <param name="settings">How to compare.</param>
/// <param name="status">Told what is being timed.</param>
/// <param name="cancellation">Ends the work between runs.</param>
internal sealed class Contest(
    ComparedModel model,
    ComparisonSettings settings,
    Action<string> status,
    CancellationToken cancellation
) : IDisposable
{
    private const int CheckedPositions = 32;

    private TernContender? _tern;
    private LlamaContender? _peer;

    /// <summary>Compares the logits of some positions.</summary>
    public LogitsComparison Check()
    {
        var (tern, peer) = Load();
        return LogitsComparison.Of(tern, peer, CheckedPositions, tern.IsRounded);
    }

    /// <summary>Times one kind of work. A test with clients first ends what was loaded into this process.</summary>
    public async Task<Outcome> RunAsync(Workload test)
    {
        var limits = MachineLimits.Measure(settings.Threads);
        double load = MachineLimits.Load();
        var (speeds, programs, cost) = test.Kind == WorkKind.Clients ? await ServeAsync(test) : Compute(test);
        return new Outcome
        {
            Processor = settings.Processor,
            Threads = settings.Threads,
            Shape = model.Shape,
            Type = model.Type,
            Test = test.Title,
            Speeds = speeds,
            BytesPerToken = cost.Bytes,
            FlopsPerToken = cost.Flops,
            Limits = limits.Best(MachineLimits.Measure(settings.Threads)),
            Load = [load, MachineLimits.Load()],
            Programs = programs,
            Build = typeof(CommandErrors)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion,
            MeasuredAt = DateTimeOffset.UtcNow,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tern?.Dispose();
        _peer?.Dispose();
        (_tern, _peer) = (null, null);
    }

    private (PairedSpeeds, string, (double? Bytes, double? Flops)) Compute(Workload test)
    {
        var (tern, peer) = Load();
        var speeds = new PairedBenchmark(tern, peer, settings.Pairs, status, cancellation).Run(test);
        return (speeds, $"{tern.Description} and {peer.Description}", Cost(tern, test));
    }

    private async Task<(PairedSpeeds, string, (double? Bytes, double? Flops))> ServeAsync(Workload test)
    {
        Dispose();
        var clients = new CompletionClients(test.Size, CompletionClients.VocabularyOf(model.Path));
        var tern = ServerProgram.Tern(model.Path, settings.Threads, clients);
        var peer = settings.LlamaServer is { } path
            ? ServerProgram.Llama(path, model.Path, settings.Threads, clients)
            : null;
        var speeds = await ServingBenchmark.RunAsync(clients, tern, peer, settings.Pairs, status, cancellation);
        return (speeds, peer is null ? tern.Name : $"{tern.Name} and {peer.Name}", (null, null));
    }

    private (TernContender Tern, LlamaContender Peer) Load()
    {
        LlamaLibrary.Load(LlamaCppInstall.Folder());
        _tern ??= new TernContender(model.Path, settings.Threads);
        _peer ??= new LlamaContender(model.Path, settings.Threads);
        return _tern.VocabularySize == _peer.VocabularySize
            ? (_tern, _peer)
            : throw new LlamaCppException(
                $"{model.Path}: {_tern.VocabularySize} tokens in Tern, {_peer.VocabularySize} in llama.cpp"
            );
    }

    // What bounds a test: reads for the steps of one stream, operations for a prompt; in between it is both and neither.
    private static (double? Bytes, double? Flops) Cost(TernContender tern, Workload test) =>
        test switch
        {
            { Kind: WorkKind.Prompt } => (null, PromptWork.Flops(tern.File, test.Size, test.Depth) / test.Size),
            { Kind: WorkKind.Decode, Size: 1 } => (tern.StepBytes(test.Depth + test.Steps / 2.0), null),
            _ => (null, null),
        };
}
