// Owns putting a conversation together, turn by turn.
namespace Tern.Training.Corpus;

/// <summary>Collects the messages of one sample.</summary>
internal sealed class SampleWriter(SampleKind kind)
{
    private static readonly string[] s_systemPrompts =
    [
        "You are a helpful assistant.",
        "You are Tern's built-in model.",
        "Answer briefly.",
        "You are a friendly assistant.",
        "Answer the questions of the user.",
    ];

    private readonly List<CorpusMessage> _messages = [];
    private IReadOnlyList<CorpusTool> _tools = [];

    /// <summary>Begins with a system message that changes nothing, as clients often do.</summary>
    public SampleWriter MaybeSystem(CorpusRandom random) =>
        random.Chance(6) ? System(random.Pick(s_systemPrompts)) : this;

    public SampleWriter System(string content) => Add(new CorpusMessage(ChatRole.System, content));

    public SampleWriter Tools(IReadOnlyList<CorpusTool> tools)
    {
        _tools = tools;
        return this;
    }

    /// <summary>A question and its answer.</summary>
    public SampleWriter Turn(string question, string answer) =>
        Add(new CorpusMessage(ChatRole.User, question)).Add(new CorpusMessage(ChatRole.Assistant, answer));

    /// <summary>A request and the call that it leads to.</summary>
    public SampleWriter Call(string request, CorpusCall call) =>
        Add(new CorpusMessage(ChatRole.User, request)).Add(new CorpusMessage(ChatRole.Assistant, "", call));

    /// <summary>What the called function returned, and the answer that follows from it.</summary>
    public SampleWriter Result(string json, string answer) =>
        Add(new CorpusMessage(ChatRole.Tool, json)).Add(new CorpusMessage(ChatRole.Assistant, answer));

    public Sample Done() =>
        new()
        {
            Kind = kind,
            Messages = _messages,
            Tools = _tools,
        };

    private SampleWriter Add(CorpusMessage message)
    {
        _messages.Add(message);
        return this;
    }
}
