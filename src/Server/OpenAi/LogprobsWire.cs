// Owns turning the engine's log-probabilities into the two wire layouts.
using System.Text;
using Tern.Engine.Requests;
using Tern.Tokenizers;

namespace Tern.Server.OpenAi;

/// <summary>Converts log-probabilities; -9999 stands for minus infinity, as OpenAI writes it.</summary>
internal static class LogprobsWire
{
    /// <summary>The layout of chat answers.</summary>
    public static ChatLogprobs? Chat(IReadOnlyList<TokenLogprob>? logprobs, Tokenizer tokenizer) =>
        logprobs is null ? null : new ChatLogprobs([.. logprobs.Select(entry => Entry(entry, tokenizer))]);

    /// <summary>The layout of completions.</summary>
    /// <param name="logprobs">Entries of the tokens.</param>
    /// <param name="tokenizer">Spells them.</param>
    /// <param name="textOffset">Characters of the answer before the first of them.</param>
    public static CompletionLogprobs? Completion(
        IReadOnlyList<TokenLogprob>? logprobs,
        Tokenizer tokenizer,
        int textOffset
    )
    {
        if (logprobs is null)
            return null;
        var tokens = new List<string>();
        var offsets = new List<int>();
        var top = new List<IReadOnlyDictionary<string, float>>();
        foreach (var entry in logprobs)
        {
            string text = Text(entry.Token, tokenizer);
            tokens.Add(text);
            offsets.Add(textOffset);
            textOffset += text.Length;
            var rivals = new Dictionary<string, float>();
            foreach (var (token, logprob) in entry.Top)
                rivals.TryAdd(Text(token, tokenizer), Finite(logprob));
            top.Add(rivals);
        }
        return new CompletionLogprobs(tokens, [.. logprobs.Select(entry => Finite(entry.Logprob))], top, offsets);
    }

    private static ChatTokenLogprob Entry(TokenLogprob entry, Tokenizer tokenizer) =>
        new(
            Text(entry.Token, tokenizer),
            Finite(entry.Logprob),
            Bytes(entry.Token, tokenizer),
            [
                .. entry.Top.Select(top => new TopLogprob(
                    Text(top.Token, tokenizer),
                    Finite(top.Logprob),
                    Bytes(top.Token, tokenizer)
                )),
            ]
        );

    private static string Text(int token, Tokenizer tokenizer) =>
        tokenizer.IsControl(token) ? tokenizer.GetText(token) : Encoding.UTF8.GetString(tokenizer.GetBytes(token));

    private static int[] Bytes(int token, Tokenizer tokenizer)
    {
        var bytes = tokenizer.GetBytes(token);
        var result = new int[bytes.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = bytes[i];
        return result;
    }

    private static float Finite(float logprob) => float.IsFinite(logprob) ? logprob : -9999f;
}
