// Owns stories as samples: plain text, told on request, or continued.
namespace Tern.Training.Corpus;

/// <summary>Draws stories.</summary>
internal static class StorySamples
{
    private static readonly string[] s_any =
    [
        "Tell me a story.",
        "Tell me a short story.",
        "Can you tell me a story?",
        "Please tell me a story.",
        "I want to hear a story.",
    ];
    private static readonly string[] s_ofKind =
    [
        "Tell me a story about {akind}.",
        "Can you tell me a story about {akind}?",
        "Write a story about {akind}.",
        "I want to hear a story about {akind}.",
    ];
    private static readonly string[] s_ofHero =
    [
        "Tell me a story about {akind} called {N}.",
        "Write a story about {akind} called {N}.",
        "Tell me about {N} the {kind}.",
    ];
    private static readonly string[] s_continue =
    [
        "Continue: {T}",
        "Continue this story: {T}",
        "Continue the story. {T}",
        "How does this story go on? {T}",
    ];

    public static Sample Text(CorpusRandom random, bool heldOut) =>
        new() { Kind = SampleKind.Story, Text = Story.Draw(random, heldOut).Text };

    public static Sample Request(CorpusRandom random, bool heldOut)
    {
        if (random.Chance(50))
            return Continuation(random, heldOut);
        var story = Story.Draw(random, heldOut);
        string[] wordings = random.Below(4) switch
        {
            0 => s_any,
            1 => s_ofHero,
            _ => s_ofKind,
        };
        string request = Phrase.Fill(random.Pick(wordings), ("kind", story["kind"]), ("N", story["N"]));
        return new SampleWriter(SampleKind.StoryRequest).MaybeSystem(random).Turn(request, story.Text).Done();
    }

    /// <summary>The sentences that a request to continue gives; null when it is no such request.</summary>
    public static string? Given(string request)
    {
        foreach (string wording in s_continue.OrderByDescending(wording => wording.Length))
        {
            string opening = wording[..wording.IndexOf('{', StringComparison.Ordinal)];
            if (request.StartsWith(opening, StringComparison.Ordinal))
                return request[opening.Length..];
        }
        return null;
    }

    /// <summary>The first sentences of a story as the question, the rest as the answer.</summary>
    public static Sample Continuation(CorpusRandom random, bool heldOut)
    {
        var story = Story.Draw(random, heldOut);
        int given = random.Between(1, 3);
        string request = Phrase.Fill(random.Pick(s_continue), ("T", string.Join(' ', story.Sentences.Take(given))));
        return new SampleWriter(SampleKind.StoryRequest)
            .Turn(request, string.Join(' ', story.Sentences.Skip(given)))
            .Done();
    }
}
