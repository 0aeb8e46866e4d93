// Owns the proof that the story checker takes every story of the grammar and refuses damaged ones.
using Tern.Training.Corpus;

namespace Tern.Training.Tests.Corpus;

public sealed class StoryGrammarTests
{
    private const string Told =
        "Once upon a time there was an old fox called Lulu. She lived on a green hill. Lulu was afraid of the dark. "
        + "Then Lulu met a bear called Pip. One day, Pip got lost in the forest. Lulu took a deep breath and ran to help. "
        + "She found Pip and brought her friend home. You are braver than you think.";

    [Fact]
    public void Every_story_of_the_grammar_is_a_story()
    {
        for (ulong index = 0; index < 600; index++)
        {
            var story = Story.Draw(new CorpusRandom(2, index), heldOut: index % 2 == 0);
            var cast = StoryGrammar.Read(story.Text);
            Assert.True(cast is not null, story.Text);
            Assert.Equal(story["N"], cast["N"]);
            Assert.Equal(story["kind"], cast["kind"]);
            Assert.InRange(story.Sentences.Count, 5, 13);
        }
    }

    [Fact]
    public void A_told_story_is_read() => Assert.Equal("Pip", StoryGrammar.Read(Told)!["K"]);

    [Theory]
    [InlineData("an old fox", "a old fox", "the article")]
    [InlineData("She lived", "He lived", "the pronoun of the hero")]
    [InlineData("brought her friend", "brought his friend", "the possessive of the hero")]
    [InlineData("She found Pip", "She found Kit", "the friend's name")]
    [InlineData("called Pip", "called Lulu", "two characters of one name")]
    [InlineData("Lulu took", "lulu took", "the capital")]
    [InlineData("Lulu took a deep breath", "Lulu take a deep breath", "the verb")]
    [InlineData(" You are braver than you think.", "", "the moral")]
    [InlineData("You are braver than you think.", "Sharing makes everyone happy.", "the moral of this plot")]
    [InlineData("in the forest. Lulu", "in the forest Lulu", "the full stop")]
    [InlineData("the dark", "the moon", "a word of the vocabulary")]
    [InlineData("think.", "think. Lulu was happy.", "the end")]
    public void A_damaged_story_is_refused(string part, string damaged, string damage)
    {
        Assert.Contains(part, Told, StringComparison.Ordinal);
        Assert.True(StoryGrammar.Read(Told.Replace(part, damaged, StringComparison.Ordinal)) is null, damage);
    }
}
