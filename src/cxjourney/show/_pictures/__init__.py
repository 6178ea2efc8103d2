"""Pictures of wishes: the map of a survey, and better and worse of Kano's questionnaire."""
