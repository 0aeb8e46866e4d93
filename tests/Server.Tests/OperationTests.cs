// Owns what operators see: health that tells the truth, metrics under vLLM's names, and a drain that loses nothing.
using System.Net;
using System.Text.RegularExpressions;
using Tern.Engine;

namespace Tern.Server.Tests;

public partial class OperationTests
{
    private const string Body = """{"messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public async Task Health_is_open_without_a_key_and_fails_when_the_engine_makes_no_progress()
    {
        await using var server = await RunningServer.StartAsync(
            new ServerOptions { ApiKeys = ["key"], LivenessTimeout = TimeSpan.FromSeconds(5) }
        );
        Assert.Equal(HttpStatusCode.OK, await Status("/health/live"));
        Assert.Equal(HttpStatusCode.OK, await Status("/health/ready"));
        server.Engine.Stats = new EngineStats { Running = 1, MsWithoutProgress = 6000 };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Status("/health/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Status("/health/ready"));
        server.Engine.Stats = new EngineStats { Fault = new InvalidOperationException("broken") };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Status("/health/live"));

        async Task<HttpStatusCode> Status(string route)
        {
            using var response = await server.Client.GetAsync(route);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Metrics_are_valid_exposition_text_under_vllms_names()
    {
        await using var server = await RunningServer.StartAsync();
        await server.PostOkAsync("/v1/chat/completions", Body);
        server.Engine.Stats = new EngineStats
        {
            Running = 2,
            Waiting = 3,
            UsedBlocks = 50,
            TotalBlocks = 100,
        };
        string text = await server.Client.GetStringAsync("/metrics");
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Matches(ExpositionLine(), line);
        Assert.Contains(
            "vllm:num_requests_running{model_name=\"scripted\",engine=\"0\"} 2\n",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "vllm:num_requests_waiting{model_name=\"scripted\",engine=\"0\"} 3\n",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "vllm:kv_cache_usage_perc{model_name=\"scripted\",engine=\"0\"} 0.5\n",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "vllm:time_to_first_token_seconds_count{model_name=\"scripted\",engine=\"0\"} 1\n",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "vllm:inter_token_latency_seconds_count{model_name=\"scripted\",engine=\"0\"} 11\n",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "vllm:request_success_total{model_name=\"scripted\",engine=\"0\",finished_reason=\"stop\"} 1\n",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "http_requests_total{method=\"POST\",handler=\"/v1/chat/completions\",status=\"200\"} 1\n",
            text,
            StringComparison.Ordinal
        );
        Assert.Equal(
            text.Split('\n').Count(line => line.StartsWith("# TYPE", StringComparison.Ordinal)),
            text.Split('\n').Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).Distinct().Count()
        );
    }

    [Fact]
    public async Task Stopping_lets_running_answers_finish()
    {
        var gate = new TaskCompletionSource();
        var engine = new ScriptedEngine { BeforeToken = _ => gate.Task };
        await using var server = await RunningServer.StartAsync(engine: engine);
        var answer = server.PostOkAsync("/v1/chat/completions", Body);
        for (int i = 0; i < 6000 && engine.Active == 0; i++)
            await Task.Delay(10);
        Assert.Equal(1, engine.Active);
        var stop = server.App.StopAsync();
        await Task.Delay(100);
        Assert.False(stop.IsCompleted);
        gate.SetResult();
        Assert.Equal("Hello, world", (string?)(await answer)["choices"]![0]!["message"]!["content"]);
        await stop;
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Client.GetAsync("/health/ready"));
    }

    [GeneratedRegex(
        """^(# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .+|[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.eE+-]+)$"""
    )]
    private static partial Regex ExpositionLine();
}
