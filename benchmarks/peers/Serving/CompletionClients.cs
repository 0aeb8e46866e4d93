// Owns the load on a server: clients that each send a request, wait for the whole answer and send the next.
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Tern.Formats;

namespace Tern.Peers.Serving;

/// <summary>A closed loop of clients on the completions route, which both servers have.</summary>
/// <param name="count">Clients.</param>
/// <param name="vocabulary">Tokens that prompts are made of.</param>
internal sealed class CompletionClients(int count, int vocabulary)
{
    /// <summary>Tokens that a sequence may have: those of a request, rounded up.</summary>
    public const int Context = 256;

    private const int PromptTokens = 128;
    private const int AnswerTokens = 64;
    private const int RequestsEach = 2;

    /// <summary>Clients.</summary>
    public int Count => count;

    /// <summary>Tokens of a model.</summary>
    public static int VocabularyOf(string path)
    {
        using var file = ModelFile.Open(path);
        return checked((int)file.Tensors["token_embd.weight"].Rows);
    }

    /// <summary>Lets all clients send their requests.</summary>
    /// <param name="server">Where.</param>
    /// <param name="round">Prompts of different rounds share no prefix, so that no cache of prefixes answers.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Tokens of all answers a second, from the first request to the last answer.</returns>
    /// <exception cref="ServingException">A request is refused, or its prompt or answer is not of the length asked for.</exception>
    public async Task<double> TokensPerSecondAsync(Uri server, int round, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        async Task ClientAsync(int client)
        {
            for (int request = 0; request < RequestsEach; request++)
            {
                int salt = (round * count + client) * RequestsEach + request;
                await CompleteAsync(http, TestTokens.Make(PromptTokens, vocabulary, salt), cancellation);
            }
        }
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, count).Select(ClientAsync));
        return count * RequestsEach * AnswerTokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task CompleteAsync(HttpClient http, int[] prompt, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(
                new Uri("/v1/completions", UriKind.Relative),
                new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["prompt"] = prompt,
                    ["max_tokens"] = AnswerTokens,
                    ["temperature"] = 0,
                    ["ignore_eos"] = true,
                },
                cancellation
            );
            string body = await answer.Content.ReadAsStringAsync(cancellation);
            if (!answer.IsSuccessStatusCode)
                throw new ServingException($"{http.BaseAddress} answered {(int)answer.StatusCode}: {body}");
            using var json = JsonDocument.Parse(body);
            var usage = json.RootElement.GetProperty("usage");
            int read = usage.GetProperty("prompt_tokens").GetInt32();
            int written = usage.GetProperty("completion_tokens").GetInt32();
            if ((read, written) != (PromptTokens, AnswerTokens))
                throw new ServingException(
                    $"{http.BaseAddress} read {read} and wrote {written} tokens instead of {PromptTokens} and {AnswerTokens}"
                );
            if (CachedTokens(usage) is var cached and > 0)
                throw new ServingException($"{http.BaseAddress} took {cached} tokens of a prompt from a cache");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or KeyNotFoundException)
        {
            throw new ServingException($"{http.BaseAddress} did not answer a completion: {error.Message}");
        }
    }

    /// <summary>Tokens that a server says it did not have to read; none where it says nothing.</summary>
    private static int CachedTokens(JsonElement usage) =>
        usage.TryGetProperty("prompt_tokens_details", out var details)
        && details.ValueKind == JsonValueKind.Object
        && details.TryGetProperty("cached_tokens", out var cached)
            ? cached.GetInt32()
            : 0;
}
