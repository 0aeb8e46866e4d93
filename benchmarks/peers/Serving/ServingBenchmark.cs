// Owns the timing of servers: both run, one is asked at a time, pair after pair.
namespace Tern.Peers.Serving;

/// <summary>Times servers alternately, after one warm-up each.</summary>
internal static class ServingBenchmark
{
    /// <summary>Starts the servers, measures, and ends them.</summary>
    /// <param name="clients">The load.</param>
    /// <param name="tern">Asked first in each pair.</param>
    /// <param name="peer">Asked second; null = there is none.</param>
    /// <param name="pairs">Timed pairs.</param>
    /// <param name="status">Told what is being timed.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ServingException">A server fails.</exception>
    public static async Task<PairedSpeeds> RunAsync(
        CompletionClients clients,
        ServerProgram tern,
        ServerProgram? peer,
        int pairs,
        Action<string> status,
        CancellationToken cancellation
    )
    {
        status($"starting {tern.Name}");
        await using var first = await ServerProcess.StartAsync(tern, cancellation);
        await using var second = peer is null ? null : await ServerProcess.StartAsync(peer, cancellation);
        var speeds = new PairedSpeeds(new double[pairs], new double[second is null ? 0 : pairs]);
        status($"{clients.Count} clients: warm-up");
        await clients.TokensPerSecondAsync(first.Address, 0, cancellation);
        if (second is not null)
            await clients.TokensPerSecondAsync(second.Address, 0, cancellation);
        for (int pair = 0; pair < pairs; pair++)
        {
            status($"{clients.Count} clients: pair {pair + 1} of {pairs}");
            speeds.Tern[pair] = await clients.TokensPerSecondAsync(first.Address, pair + 1, cancellation);
            if (second is not null)
                speeds.Peer[pair] = await clients.TokensPerSecondAsync(second.Address, pair + 1, cancellation);
        }
        return speeds;
    }
}
