// Owns the proof that servers are driven alike: Tern's stands on both sides, as llama.cpp's is in no package.
using System.Net;
using System.Text;
using Tern.Cli.RandomModels;
using Tern.Peers.Serving;

namespace Tern.Peers.Tests;

public sealed class ServingTests
{
    private static readonly CompletionClients s_clients = new(3, vocabulary: 512);

    [Fact]
    public async Task Both_servers_answer_every_pair()
    {
        var tern = ServerProgram.Tern(RandomReference.Resolve("random:tiny:Q8_0"), 1, s_clients);
        var speeds = await ServingBenchmark.RunAsync(s_clients, tern, tern, pairs: 2, _ => { }, default);
        Assert.Equal(2, speeds.Tern.Length);
        Assert.Equal(2, speeds.Peer.Length);
        Assert.All([.. speeds.Tern, .. speeds.Peer], speed => Assert.True(speed > 0));
    }

    [Fact]
    public async Task Without_a_peer_only_Tern_runs()
    {
        var tern = ServerProgram.Tern(RandomReference.Resolve("random:tiny:Q8_0"), 1, s_clients);
        var speeds = await ServingBenchmark.RunAsync(s_clients, tern, null, pairs: 1, _ => { }, default);
        Assert.Single(speeds.Tern);
        Assert.Empty(speeds.Peer);
    }

    [Fact]
    public async Task A_server_that_does_not_start_is_quoted()
    {
        var tern = ServerProgram.Tern("/no/such/model.gguf", 1, s_clients);
        var error = await Assert.ThrowsAsync<ServingException>(() => ServerProcess.StartAsync(tern, default));
        Assert.Contains("model.gguf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var none = ServerProgram.Llama("/no/such/llama-server", "model.gguf", 1, s_clients);
        var error = await Assert.ThrowsAsync<ServingException>(() => ServerProcess.StartAsync(none, default));
        Assert.Contains("/no/such/llama-server", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """{"usage": {"prompt_tokens": 128, "completion_tokens": 63}}""", "wrote 63")]
    [InlineData(200, """{"usage": {"prompt_tokens": 127, "completion_tokens": 64}}""", "read 127")]
    [InlineData(200, "{}", "did not answer")]
    [InlineData(200, "<html>", "did not answer")]
    [InlineData(500, "no memory", "500: no memory")]
    public async Task A_server_that_does_less_work_is_no_peer(int status, string body, string said)
    {
        using var server = new HttpListener();
        var address = Listen(server);
        _ = AnswerAsync(server, status, body);
        var error = await Assert.ThrowsAsync<ServingException>(() =>
            s_clients.TokensPerSecondAsync(address, round: 0, default)
        );
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private static Uri Listen(HttpListener server)
    {
        string address = $"http://127.0.0.1:{ServerProcess.FreePort()}/";
        server.Prefixes.Add(address);
        server.Start();
        return new Uri(address);
    }

    private static async Task AnswerAsync(HttpListener server, int status, string body)
    {
        while (server.IsListening)
        {
            var context = await server.GetContextAsync();
            context.Response.StatusCode = status;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
    }
}
