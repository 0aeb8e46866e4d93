// Owns the promise to many clients at once: whoever stays gets the answer it gets alone, whoever leaves holds nothing.
using System.Text;
using System.Text.Json.Nodes;
using Tern.Testing;

namespace Tern.Conformance.Tests;

public class CrowdTests
{
    private const int Clients = 64;

    [SharedFact]
    public async Task Sixty_four_streaming_clients_get_the_answers_they_get_alone_and_leave_no_block_behind()
    {
        await using var tern = await TernProcess.ServeAsync("--max-sequences", "24", "--max-batch-tokens", "96");
        var random = new Random(20260101);
        string[] bodies = [.. Enumerable.Range(0, 16).Select(i => Body(i, random))];
        var alone = new string[bodies.Length];
        for (int i = 0; i < bodies.Length; i++)
            alone[i] = await StreamAsync(tern, bodies[i], leaveAfter: null);

        var finished = await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async client =>
                {
                    int? leaveAfter = client % 3 == 0 ? random.Next(0, 12) : null;
                    string text = await StreamAsync(tern, bodies[client % bodies.Length], leaveAfter);
                    return (Client: client, Left: leaveAfter is not null, Text: text);
                })
        );

        foreach (var (client, left, text) in finished.Where(answer => !answer.Left))
            Assert.Equal(alone[client % bodies.Length], text);
        await AssertNoBlockIsHeldAsync(tern);
    }

    private static string Body(int i, Random random)
    {
        string[] openings = ["Once upon a time", "Lily and Tom", "The big dog", "One day, a bird"];
        return new JsonObject
        {
            ["prompt"] = $"{openings[i % openings.Length]}{string.Concat(Enumerable.Repeat(" and then", i))}",
            ["max_tokens"] = 20 + random.Next(60),
            ["temperature"] = i % 2 == 0 ? 0 : 0.9,
            ["seed"] = i,
            ["stream"] = true,
        }.ToJsonString();
    }

    private static async Task<string> StreamAsync(TernProcess tern, string body, int? leaveAfter)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await tern.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = new StringBuilder();
        bool ended = false;
        for (int events = 0; await reader.ReadLineAsync() is { } line; )
        {
            if (line.Length == 0)
                continue;
            if (line == "data: [DONE]")
            {
                ended = true;
                continue;
            }
            if (events++ == leaveAfter)
                return text.ToString();
            text.Append((string?)JsonNode.Parse(line["data: ".Length..])!["choices"]![0]!["text"]);
        }
        Assert.True(ended, $"the stream broke off after: {text}");
        return text.ToString();
    }

    private static async Task AssertNoBlockIsHeldAsync(TernProcess tern)
    {
        string? held = null;
        for (int i = 0; i < 1200; i++)
        {
            string metrics = await tern.Client.GetStringAsync("/metrics");
            held = metrics
                .Split('\n')
                .Single(line => line.StartsWith("tern:kv_blocks_used{", StringComparison.Ordinal));
            if (held.EndsWith(" 0", StringComparison.Ordinal))
                return;
            await Task.Delay(50);
        }
        Assert.Fail($"blocks are still held: {held}");
    }
}
