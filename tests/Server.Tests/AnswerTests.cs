// Owns the shapes of good answers: whole and streamed, on every route.
using System.Text;
using System.Text.Json.Nodes;

namespace Tern.Server.Tests;

public class AnswerTests
{
    private const string Hi = """{"model":"scripted","messages":[{"role":"user","content":"hi"}]""";

    [Fact]
    public async Task A_chat_answer_carries_message_reason_and_usage()
    {
        await using var server = await RunningServer.StartAsync();
        var answer = await server.PostOkAsync("/v1/chat/completions", Hi + "}");
        Assert.Equal("chat.completion", (string?)answer["object"]);
        Assert.StartsWith("chatcmpl-", (string?)answer["id"]);
        var choice = answer["choices"]![0]!;
        Assert.Equal("assistant", (string?)choice["message"]!["role"]);
        Assert.Equal("Hello, world", (string?)choice["message"]!["content"]);
        Assert.Equal("stop", (string?)choice["finish_reason"]);
        var usage = answer["usage"]!;
        Assert.Equal("<user>hi".Length, (int)usage["prompt_tokens"]!);
        Assert.Equal(12, (int)usage["completion_tokens"]!);
        Assert.Equal(3, (int)usage["prompt_tokens_details"]!["cached_tokens"]!);
    }

    [Fact]
    public async Task A_streamed_chat_answer_is_the_whole_one_in_pieces_with_usage_at_the_end()
    {
        await using var server = await RunningServer.StartAsync();
        var events = await server.PostStreamAsync(
            "/v1/chat/completions",
            Hi + """, "stream": true, "stream_options": {"include_usage": true}, "n": 2}"""
        );
        Assert.Equal("[DONE]", events[^1]);
        var chunks = events[..^1].Select(text => JsonNode.Parse(text)!).ToList();
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", (string?)chunk["object"]));
        Assert.Single(chunks.Select(chunk => (string?)chunk["id"]).Distinct());
        for (int index = 0; index < 2; index++)
        {
            var mine = chunks
                .SelectMany(chunk => chunk["choices"]!.AsArray())
                .Where(choice => (int)choice!["index"]! == index)
                .ToList();
            Assert.Equal("assistant", (string?)mine[0]!["delta"]!["role"]);
            Assert.Equal("Hello, world", string.Concat(mine.Select(choice => (string?)choice!["delta"]!["content"])));
            Assert.Equal("stop", (string?)mine[^1]!["finish_reason"]);
        }
        Assert.Empty(chunks[^1]["choices"]!.AsArray());
        Assert.Equal(24, (int)chunks[^1]["usage"]!["completion_tokens"]!);
        Assert.Equal("<user>hi".Length, (int)chunks[^1]["usage"]!["prompt_tokens"]!);
    }

    [Fact]
    public async Task Chat_logprobs_name_the_token_its_bytes_and_rivals()
    {
        await using var server = await RunningServer.StartAsync();
        var answer = await server.PostOkAsync(
            "/v1/chat/completions",
            Hi + """, "logprobs": true, "top_logprobs": 2, "max_tokens": 1}"""
        );
        Assert.Equal("length", (string?)answer["choices"]![0]!["finish_reason"]);
        var entry = answer["choices"]![0]!["logprobs"]!["content"]!.AsArray().Single()!;
        Assert.Equal("H", (string?)entry["token"]);
        Assert.Equal(72, (int)entry["bytes"]![0]!);
        Assert.Equal(["A", "B"], entry["top_logprobs"]!.AsArray().Select(top => (string)top!["token"]!));
    }

    [Fact]
    public async Task Text_parts_are_joined_and_the_template_sees_tool_arguments_as_objects()
    {
        await using var server = await RunningServer.StartAsync();
        await server.PostOkAsync(
            "/v1/chat/completions",
            """
            {"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
             {"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},
             {"role":"tool","tool_call_id":"1","content":"ok"}]}
            """
        );
        string prompt = Encoding.UTF8.GetString([.. server.Engine.LastRequest!.Prompt.Select(id => (byte)id)]);
        Assert.Contains("<user>a\nb", prompt, StringComparison.Ordinal);
        Assert.Contains("\"arguments\": {\"x\": 1}", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completions_answer_every_prompt_n_times_in_order()
    {
        await using var server = await RunningServer.StartAsync();
        var answer = await server.PostOkAsync(
            "/v1/completions",
            """{"prompt":["one",[116,119,111]],"n":2,"max_tokens":5,"echo":true}"""
        );
        var choices = answer["choices"]!.AsArray();
        Assert.Equal([0, 1, 2, 3], choices.Select(choice => (int)choice!["index"]!));
        Assert.Equal(
            ["oneHello", "oneHello", "twoHello", "twoHello"],
            choices.Select(choice => (string)choice!["text"]!)
        );
        Assert.All(choices, choice => Assert.Equal("length", (string?)choice!["finish_reason"]));
        Assert.Equal(4 + 3, (int)answer["usage"]!["prompt_tokens"]!);
        Assert.Equal(20, (int)answer["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task Streamed_completions_of_several_prompts_interleave_without_loss()
    {
        await using var server = await RunningServer.StartAsync();
        var events = await server.PostStreamAsync(
            "/v1/completions",
            """{"prompt":["a","b","c"],"max_tokens":50,"stream":true,"logprobs":1}"""
        );
        Assert.Equal("[DONE]", events[^1]);
        var choices = events[..^1].Select(text => JsonNode.Parse(text)!["choices"]![0]!).ToList();
        foreach (int index in (int[])[0, 1, 2])
        {
            var mine = choices.Where(choice => (int)choice["index"]! == index).ToList();
            Assert.Equal("Hello, world", string.Concat(mine.Select(choice => (string?)choice["text"])));
            Assert.Equal(Enumerable.Range(0, 12), mine.Select(choice => (int)choice["logprobs"]!["text_offset"]![0]!));
        }
    }

    [Fact]
    public async Task Embeddings_come_as_numbers_or_base64()
    {
        await using var server = await RunningServer.StartAsync();
        var numbers = await server.PostOkAsync("/v1/embeddings", """{"input":["ab","c"]}""");
        Assert.Equal([3f, 0.5f, -1f], numbers["data"]![0]!["embedding"]!.AsArray().Select(x => (float)x!));
        Assert.Equal(5, (int)numbers["usage"]!["total_tokens"]!);
        var base64 = await server.PostOkAsync("/v1/embeddings", """{"input":"ab","encoding_format":"base64"}""");
        byte[] bytes = Convert.FromBase64String((string)base64["data"]![0]!["embedding"]!);
        Assert.Equal([3f, 0.5f, -1f], Enumerable.Range(0, 3).Select(i => BitConverter.ToSingle(bytes, i * 4)));
    }

    [Fact]
    public async Task Tokenize_and_detokenize_are_inverse()
    {
        await using var server = await RunningServer.StartAsync();
        var tokens = await server.PostOkAsync("/tokenize", """{"prompt":"héllo","add_special_tokens":false}""");
        Assert.Equal(6, (int)tokens["count"]!);
        Assert.Equal(2048, (int)tokens["max_model_len"]!);
        var text = await server.PostOkAsync(
            "/detokenize",
            new JsonObject { ["tokens"] = tokens["tokens"]!.DeepClone() }.ToJsonString()
        );
        Assert.Equal("héllo", (string?)text["prompt"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_beyond_ascii_goes_out_as_it_is(bool stream)
    {
        await using var server = await RunningServer.StartAsync();
        using var response = await server.PostAsync(
            "/v1/completions",
            $$"""{"prompt":"né's <b>","echo":true,"max_tokens":1,"stream":{{(stream ? "true" : "false")}}}"""
        );
        Assert.Contains("né's <b>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_lists_what_is_served()
    {
        await using var server = await RunningServer.StartAsync();
        var list = await server.GetJsonAsync("/v1/models");
        Assert.Equal("scripted", (string?)list["data"]![0]!["id"]);
        Assert.Equal("scripted", (string?)(await server.GetJsonAsync("/v1/models/scripted"))["id"]);
    }

    [Theory]
    [InlineData("<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": 1}}\n</tool_call>", null, "f")]
    [InlineData("Let me see.\n<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>", "Let me see.\n", "f")]
    [InlineData("{\"name\": \"f\", \"parameters\": {\"x\": 1}}", null, "f")]
    [InlineData("<tool_call>not json</tool_call> after", "<tool_call>not json</tool_call> after", null)]
    [InlineData("{\"just\": \"json\"}", "{\"just\": \"json\"}", null)]
    [InlineData("1 < 2 <tool", "1 < 2 <tool", null)]
    public async Task Tool_calls_are_found_whole_and_streamed_and_nothing_else_is_lost(
        string text,
        string? content,
        string? call
    )
    {
        await using var server = await RunningServer.StartAsync(engine: new ScriptedEngine { Answer = text });
        const string Tools = """, "tools":[{"type":"function","function":{"name":"f"}}]""";
        var whole = (await server.PostOkAsync("/v1/chat/completions", Hi + Tools + "}"))["choices"]![0]!;
        Assert.Equal(content, (string?)whole["message"]!["content"]);
        Assert.Equal(call, (string?)whole["message"]!["tool_calls"]?[0]!["function"]!["name"]);
        Assert.Equal(call is null ? "stop" : "tool_calls", (string?)whole["finish_reason"]);
        var events = await server.PostStreamAsync("/v1/chat/completions", Hi + Tools + """, "stream": true}""");
        var deltas = events[..^1].Select(chunk => JsonNode.Parse(chunk)!["choices"]![0]!["delta"]!).ToList();
        Assert.Equal(content ?? "", string.Concat(deltas.Select(delta => (string?)delta["content"])));
        Assert.Equal(
            call,
            deltas
                .Select(delta => (string?)delta["tool_calls"]?[0]!["function"]!["name"])
                .SingleOrDefault(name => name is not null)
        );
    }
}
