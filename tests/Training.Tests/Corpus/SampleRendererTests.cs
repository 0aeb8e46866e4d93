// Owns the proof that the fast renderer and the chat template agree, and that only answers are learned.
using System.Text.Json.Nodes;
using Tern.Tokenizers.Chat;
using Tern.Training.Corpus;

namespace Tern.Training.Tests.Corpus;

public sealed class SampleRendererTests
{
    private static readonly ChatTemplate s_template = ChatTemplate.Parse(ChatFormat.Template);

    [Fact]
    public void The_fast_renderer_writes_what_the_template_writes()
    {
        var corpus = new CorpusGenerator(3);
        var kinds = new HashSet<SampleKind>();
        for (ulong index = 0; index < 2000; index++)
        {
            var sample = corpus[index];
            if (sample.Text is not null)
                continue;
            kinds.Add(sample.Kind);
            Assert.Equal(ByTemplate(sample, prompt: false), SampleRenderer.Render(sample).Text);
        }
        Assert.Equal(Enum.GetValues<SampleKind>().Length - 1, kinds.Count);
    }

    [Fact]
    public void A_prompt_is_the_sample_up_to_the_answer()
    {
        var corpus = new CorpusGenerator(4);
        for (ulong index = 0; index < 500; index++)
        {
            var sample = corpus[index];
            if (sample.Text is not null)
                continue;
            var rendered = SampleRenderer.Render(sample);
            var before = sample with { Messages = [.. sample.Messages.SkipLast(1)] };
            Assert.Equal(rendered.Text[..rendered.Learned[^1].Start], ByTemplate(before, prompt: true));
        }
    }

    [Fact]
    public void Only_answers_are_learned_of_a_conversation_and_all_of_a_story()
    {
        var corpus = new CorpusGenerator(5);
        for (ulong index = 0; index < 1000; index++)
        {
            var sample = corpus[index];
            var rendered = SampleRenderer.Render(sample);
            string[] learned = [.. rendered.Learned.Select(span => rendered.Text[span.Start..span.End])];
            string[] expected = sample.Text is { } text
                ? [text + ChatFormat.End]
                :
                [
                    .. sample
                        .Messages.Where(message => message.Role == ChatRole.Assistant)
                        .Select(message =>
                            (message.Call is { } call ? SampleRenderer.Call(call) : message.Content) + ChatFormat.End
                        ),
                ];
            Assert.Equal(expected, learned);
        }
    }

    [Fact]
    public void The_template_takes_what_clients_send_and_the_corpus_never_does()
    {
        var tools = JsonNode
            .Parse(
                """
                [{"type": "function", "function": {"name": "now"}},
                 {"type": "function", "function": {"name": "find", "description": "finds", "parameters": {"type": "object",
                  "properties": {"any": {}, "list": {"type": "array", "items": {"type": "string"}},
                                 "one": {"enum": ["a", 2]}}}}}]
                """
            )!
            .AsArray();
        var messages = JsonNode.Parse("""[{"role": "user", "content": "Hi"}]""")!.AsArray();
        Assert.Equal(
            """
            <|begin|><|system|>Tools:
            {"name": "now", "arguments": {}}
            finds: {"name": "find", "arguments": {"any": any, "list": array, "one": "a"|2}}<|end|><|user|>Hi<|end|><|assistant|>
            """,
            Render(messages, tools, prompt: true)
        );
    }

    private static string ByTemplate(Sample sample, bool prompt) =>
        Render(sample.MessagesToJson(), sample.ToolsToJson(), prompt);

    private static string Render(JsonArray messages, JsonArray? tools, bool prompt) =>
        s_template.Render(
            new ChatTemplateInput
            {
                Messages = messages,
                Tools = tools,
                AddGenerationPrompt = prompt,
                Now = DateTimeOffset.UnixEpoch,
                Variables = new Dictionary<string, JsonNode?>(StringComparer.Ordinal)
                {
                    ["bos_token"] = ChatFormat.Begin,
                },
            }
        );
}
