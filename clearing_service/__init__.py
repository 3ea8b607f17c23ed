"""The licensed institution: routes by face without holding a face, clears and books payments."""
