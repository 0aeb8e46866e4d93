// Owns what SIGTERM does to a real server process.
using System.Text;
using Tern.Testing;

namespace Tern.Conformance.Tests;

public class DrainTests
{
    private const int Answers = 24;

    // Long enough to go on for seconds after the signal.
    private const string LongRequest =
        """{"prompt":"Once upon a time","max_tokens":400,"n":24,"seed":1,"ignore_eos":true,"stream":true}""";

    [SharedFact]
    public async Task Sigterm_lets_the_running_answer_finish_and_then_ends_the_process_cleanly()
    {
        await using var tern = await TernProcess.ServeAsync("--drain-timeout", "300");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions");
        request.Content = new StringContent(LongRequest, Encoding.UTF8, "application/json");
        using var response = await tern.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.StartsWith("data: ", await reader.ReadLineAsync(), StringComparison.Ordinal);
        tern.Terminate();
        string rest = await reader.ReadToEndAsync();
        Assert.Equal(Answers, rest.Split("\"finish_reason\":\"length\"").Length - 1);
        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
        Assert.Equal(0, await tern.WaitForExitAsync(TimeSpan.FromSeconds(180)));
        await Assert.ThrowsAsync<HttpRequestException>(() => tern.Client.GetAsync("/health/live"));
    }
}
