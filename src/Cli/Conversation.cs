// Owns a conversation with a running model: rendering it, answering it, remembering it.
using Tern.Engine;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;

namespace Tern.Cli;

/// <summary>Messages exchanged with one engine.</summary>
/// <param name="engine">Answers.</param>
/// <param name="system">Instruction before the first message, or null.</param>
internal sealed class Conversation(LlmEngine engine, string? system)
{
    private readonly List<(string Role, string Content)> _messages = system is null ? [] : [("system", system)];

    /// <summary>The messages so far.</summary>
    public IReadOnlyList<(string Role, string Content)> Messages => _messages;

    /// <summary>Forgets everything but the instruction.</summary>
    public void Clear() => _messages.RemoveAll(message => message.Role != "system");

    /// <summary>
    /// Sends a message and streams the answer. An answer that is cancelled is remembered as far as it came, so the
    /// conversation goes on from what both sides saw.
    /// </summary>
    /// <param name="text">The message.</param>
    /// <param name="sampling">How to choose tokens.</param>
    /// <param name="onText">Receives the answer piece by piece.</param>
    /// <param name="cancellationToken">Stops the answer.</param>
    /// <returns>The answer's last step, or null if it was cancelled before the first.</returns>
    public async Task<GenerationOutput?> AskAsync(
        string text,
        SamplingParams sampling,
        Action<string> onText,
        CancellationToken cancellationToken
    )
    {
        _messages.Add(("user", text));
        var answer = new System.Text.StringBuilder();
        GenerationOutput? last = null;
        try
        {
            var request = new GenerationRequest { Prompt = Prompts.Render(engine, _messages), Sampling = sampling };
            await foreach (var output in engine.GenerateAsync(request, cancellationToken))
            {
                answer.Append(output.Text);
                onText(output.Text);
                last = output;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The user stopped the answer, not the program.
        }
        catch
        {
            _messages.RemoveAt(_messages.Count - 1);
            throw;
        }
        _messages.Add(("assistant", answer.ToString()));
        return last;
    }
}
